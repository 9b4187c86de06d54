package io.hushbus.support;

import io.hushbus.Broker;
import java.net.http.HttpClient;
import java.util.Queue;

/** One running broker, and clients of it. Stopping it first keeps its metrics for the search. */
public final class BrokerNode implements AutoCloseable {

  private final Broker broker;
  private final String address;
  private final Queue<String> answers;
  private final HttpClient http = Client.plain();
  private boolean stopped;

  BrokerNode(Broker broker, boolean tls, Queue<String> answers) {
    this.broker = broker;
    this.address = (tls ? "https" : "http") + "://127.0.0.1:" + broker.port();
    this.answers = answers;
  }

  /** The broker itself. */
  public Broker broker() {
    return broker;
  }

  /** What a door other than HTTP has said, to be searched as well. */
  public void heard(String text) {
    answers.add(text);
  }

  public String address() {
    return address;
  }

  /** Speaks with the credential {@code token}; empty: with none. */
  public Client client(String token) {
    return new Client(http, address, token, answers);
  }

  /** What the listener of health and metrics answers. */
  public Client.Answer management(String path) {
    String at = "http://127.0.0.1:" + broker.managementPort();
    return new Client(http, at, "", answers).send("GET", at + path);
  }

  /** Stops in order, as on a signal. Blocks. */
  public void stop() {
    if (!stopped) {
      stopped = true;
      management("/metrics");
      broker.stop();
    }
  }

  @Override
  public void close() {
    stop();
    http.shutdownNow();
  }
}
