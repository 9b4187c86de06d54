package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.BrokerConfig;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.BusClient;
import io.hushbus.support.Certificates;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TCP bridge behind the TLS of the broker. */
final class TlsBridgeIT {

  private static final BrokerConfig.Bus ON =
      new BrokerConfig.Bus(Optional.of(0), false, 16, 128 * 1024, 4, 2);

  @Test
  void the_bridge_has_the_tls_of_the_listener_of_requests(@TempDir Path files) {
    Certificates certificates =
        Certificates.in(files).signed("broker", "CN=broker", "ip:127.0.0.1");
    var tls =
        new BrokerConfig.Tls(
            certificates.certificateFile("broker"), certificates.keyFile("broker"));
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode plain = brokers.start();
      Tenancy acme = brokers.tenant(plain.client(brokers.operator()), "acme");
      BrokerNode secured = brokers.start(Tuning.USUAL.bus(ON).tls(tls));
      NetClientOptions trusting =
          new NetClientOptions()
              .setSsl(true)
              .setHostnameVerificationAlgorithm("HTTPS")
              .setTrustOptions(
                  new PemTrustOptions().addCertPath(certificates.certificateFile("ca").toString()));
      try (BusClient bus = BusClient.of(secured, trusting, acme.app())) {
        JsonObject demo = new JsonObject().put("project", "demo");
        assertThat(bus.get("hushbus.secret.list", demo, new JsonObject()).getJsonArray("secrets"))
            .isEmpty();
      }
      NetClientOptions doubting =
          new NetClientOptions().setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
      assertThatThrownBy(() -> BusClient.of(secured, doubting, acme.app()))
          .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
    }
  }
}
