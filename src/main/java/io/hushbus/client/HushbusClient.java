package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A broker, spoken to by one caller. Safe for use by many threads.
 *
 * <p>{@link #get} and its kin reach every operation of the HTTP interface; what is asked often has
 * a method of its own.
 */
public final class HushbusClient implements AutoCloseable {

  private final Transport transport;
  private final SecretValue token;

  private HushbusClient(Transport transport, SecretValue token) {
    this.transport = transport;
    this.token = token;
  }

  /**
   * Over HTTP.
   *
   * @param address such as {@code https://broker.example:8420}, without a path
   * @param token an API key or a broker token; taken over, and closed with the client
   * @param trust whom to trust beside the address's own name, and the certificate to show; empty:
   *     the JDK's authorities, and none
   */
  public static HushbusClient of(URI address, SecretValue token, Optional<SSLContext> trust) {
    return over(HttpTransport.to(address, trust), token);
  }

  /** Over another transport, which is closed with the client. */
  public static HushbusClient over(Transport transport, SecretValue token) {
    return new HushbusClient(transport, token);
  }

  /**
   * A request to read.
   *
   * @param path below {@code /api/v1}, such as {@code /secrets}; names in it by {@link
   *     Request#segment}
   */
  public Request get(String path) {
    return request("GET", path);
  }

  public Request post(String path) {
    return request("POST", path);
  }

  public Request put(String path) {
    return request("PUT", path);
  }

  /** A merge patch. */
  public Request patch(String path) {
    return request("PATCH", path);
  }

  public Request delete(String path) {
    return request("DELETE", path);
  }

  private Request request(String method, String path) {
    return new Request(transport, token, method, path);
  }

  /** Gives a tenant a new key and begins to move everything under it; for operators. */
  public Operation rotateTenantKey(String tenant) {
    return Operation.of(post(keys(tenant)).send().json());
  }

  /** The generations of a tenant's key, oldest first; for operators. */
  public List<TenantKey> tenantKeys(String tenant) {
    Json answer = get(keys(tenant)).send().json();
    return answer.objects("keys").stream().map(TenantKey::of).toList();
  }

  private static String keys(String tenant) {
    return "/tenants/" + Request.segment(tenant) + "/keys";
  }

  /** Begins to put everything under the root key that the broker has as current; for operators. */
  public Operation rotateRootKey() {
    return Operation.of(post("/root-key/rotate").send().json());
  }

  /** Which root keys are in use; for operators. */
  public RootKeyState rootKey() {
    return RootKeyState.of(get("/root-key").send().json());
  }

  /** How far long work is. */
  public Operation operation(String id) {
    return Operation.of(get("/operations/" + Request.segment(id)).send().json());
  }

  @Override
  public void close() {
    transport.close();
    token.close();
  }

  @Override
  public String toString() {
    return "HushbusClient[" + transport.address() + "]";
  }
}
