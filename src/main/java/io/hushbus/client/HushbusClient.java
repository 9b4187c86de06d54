package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A broker, spoken to by one caller. Safe for use by many threads.
 *
 * <p>{@link #get} and its kin reach every operation of the HTTP interface; what is asked often has
 * a method of its own.
 */
public final class HushbusClient implements AutoCloseable {

  /** A request waits for no longer than this, and one attempt more may have begun before. */
  private static final Duration ONE_ATTEMPT = Duration.ofSeconds(35);

  private static final Duration LAST_SECONDS = Duration.ofSeconds(2);

  private final Transport transport;
  private final SecretValue token;
  private final Retry retry;
  private final Watcher watcher;
  private final Waiting waiting;
  private @Nullable Leasing leasing;
  private @Nullable Loop loop;

  private HushbusClient(Transport transport, SecretValue token, Retry retry, Watcher watcher) {
    this.transport = transport;
    this.token = token;
    this.retry = retry;
    this.watcher = watcher;
    this.waiting = new Waiting(retry.within().plus(ONE_ATTEMPT));
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
    return over(transport, token, Retry.USUAL, Watcher.NONE);
  }

  /**
   * @param retry how long what may pass is tried again; of runs, leases and notices alone
   * @param watcher who is told how the broker is reached while something is held
   */
  public static HushbusClient over(
      Transport transport, SecretValue token, Retry retry, Watcher watcher) {
    return new HushbusClient(transport, token, retry, watcher);
  }

  /** The same in futures; what is held is shared, and given back when this is closed. */
  public AsyncClient async() {
    return new AsyncClient(leasing(), Here.CALLER);
  }

  private AsyncClient waited() {
    return new AsyncClient(leasing(), Here.ANYWHERE);
  }

  // Made when it is first needed: a single request begins no thread.
  private synchronized Leasing leasing() {
    Leasing made = leasing;
    if (made == null) {
      Loop own = new Loop();
      loop = own;
      made = new Leasing(new Calls(transport, token, own, new SecureRandom(), watcher, retry));
      leasing = made;
    }
    return made;
  }

  /** Opens a run, to which leases belong. */
  public Run open(RunAsk ask) {
    return new Run(waiting.on(waited().open(ask)), waiting);
  }

  /** Leases all of it without a run, or nothing. */
  public Granted<Lease> lease(LeaseAsk ask) {
    return waiting.on(waited().lease(ask)).map(one -> new Lease(one, waiting));
  }

  /** Notices, until they are closed. */
  public Events events(EventAsk ask) {
    return Events.open(waiting, reader -> waited().events(ask, reader));
  }

  /** What a task would get of an environment, seen from a place: no value, no lease. */
  public Resolution resolve(Place from, String environment) {
    return waiting.on(waited().resolve(from, environment));
  }

  /** The same of needs without an environment. */
  public Resolution resolve(Place from, List<Need> needs) {
    return waiting.on(waited().resolve(from, needs));
  }

  /**
   * Shows a value to a person, where the project allows that; on record, with a lease of its own.
   *
   * @return the caller's, to be closed
   */
  public LeasedSecret reveal(Place where, String secret) {
    return waiting.on(waited().reveal(where, secret));
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

  /** Gives back what is held, as far as the broker answers within two seconds. */
  @Override
  public void close() {
    Leasing held;
    Loop own;
    synchronized (this) {
      held = leasing;
      own = loop;
    }
    if (held != null && own != null) {
      try {
        waiting.on(held.giveBack(LAST_SECONDS));
      } catch (Unreachable late) {
        // what a broker that does not answer keeps, ends by its time
      }
      own.close();
    }
    transport.close();
    token.close();
  }

  @Override
  public String toString() {
    return "HushbusClient[" + transport.address() + "]";
  }
}
