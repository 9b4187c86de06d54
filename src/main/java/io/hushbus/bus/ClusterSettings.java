package io.hushbus.bus;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import io.hushbus.config.BrokerConfig;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;

/**
 * How nodes find each other: a list of members over TCP, nothing found by itself, nothing asked
 * that is not needed. The event bus listens at the port behind that of the cluster.
 */
final class ClusterSettings {

  private static final String NAME = "hushbus";

  private ClusterSettings() {}

  static Config hazelcast(BrokerConfig.Cluster cluster) {
    Config config = ConfigUtil.loadConfig(); // with the maps that Vert.x needs
    config.setClusterName(NAME);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "5");
    config.setProperty("hazelcast.wait.seconds.before.join", "1");
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
    config.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false);
    config.getJetConfig().setEnabled(false).setResourceUploadEnabled(false);
    config.getSerializationConfig().setJavaSerializationFilterConfig(ownClassesOnly());
    network(cluster, config);
    return config;
  }

  private static JavaSerializationFilterConfig ownClassesOnly() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.getWhitelist().addPrefixes("io.vertx.", "com.hazelcast.", "java.lang.", "java.util.");
    return filter;
  }

  private static void network(BrokerConfig.Cluster cluster, Config config) {
    var network = config.getNetworkConfig();
    network.setPort(cluster.port()).setPortAutoIncrement(false);
    network.setPublicAddress(cluster.host() + ":" + cluster.port());
    network.getInterfaces().setEnabled(true).addInterface(cluster.host());
    var join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    cluster.members().forEach(join.getTcpIpConfig()::addMember);
  }

  static VertxOptions vertx(BrokerConfig.Cluster cluster) {
    EventBusOptions bus = new EventBusOptions();
    bus.setHost(cluster.host()).setClusterPublicHost(cluster.host());
    bus.setPort(cluster.port() + 1);
    cluster.tls().ifPresent(tls -> secure(bus, tls));
    return new VertxOptions().setEventLoopPoolSize(1).setEventBusOptions(bus);
  }

  /** Both sides show a certificate of the same authorities, or there is no connection. */
  private static void secure(EventBusOptions bus, BrokerConfig.Tls tls) {
    bus.setSsl(true).setClientAuth(ClientAuth.REQUIRED);
    bus.setKeyCertOptions(
        new PemKeyCertOptions()
            .setCertPath(tls.certificate().toString())
            .setKeyPath(tls.key().toString()));
    tls.clientAuthorities()
        .ifPresent(file -> bus.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
  }
}
