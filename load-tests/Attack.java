import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What one abuser does on each of its connections. All of them come from addresses other than that
 * of the tenant which is to be left in peace.
 *
 * @param connections that are kept open, or tried for again when they end
 * @param addresses that they come from
 * @param opening what is sent at once
 * @param again whether it is sent anew after each answer
 * @param drip what follows at one byte a second, over and over
 * @param endless what follows as fast as it is taken, over and over
 */
record Attack(
    int connections, int addresses, byte[] opening, boolean again, byte[] drip, byte[] endless) {

  private static final int MIB = 1024 * 1024;
  private static final int LEVELS = 400_000;
  private static final int KEYS = 50_000;
  private static final String LEASES = "POST /api/v1/leases HTTP/1.1\r\nHost: broker\r\n";
  private static final String SECRETS =
      "POST /api/v1/secrets?project=demo&domain=development HTTP/1.1\r\nHost: broker\r\n";
  private static final String LEASE =
      "{\"project\":\"demo\",\"domain\":\"development\",\"secrets\":[{\"secret\":\"load-secret\"}],\"ttl\":\"15m\"}";

  /**
   * By name.
   *
   * @param token of the abusive tenant; for bad-tokens one that is good no more
   */
  static Attack named(String name, String token) {
    String known = auth(token);
    return switch (name) {
      case "flood", "flood-elsewhere" -> flood(whole(LEASES + known, LEASE), 32);
      case "flood-one-address" -> flood(whole(LEASES + known, LEASE), 1);
      case "bad-tokens" -> flood(whole(LEASES + known, LEASE), 32);
      case "bad-signatures" -> flood(whole(LEASES + auth(unsigned()), LEASE), 32);
      case "idle" -> waiting(10_000, 1, "", "", "");
      case "idle-many-addresses" -> waiting(10_000, 200, "", "", "");
      case "slow-heads" -> waiting(500, 1, LEASES + "X-Slow: ", "a", "");
      case "slow-bodies" ->
          waiting(500, 1, LEASES + known + "Content-Length: 1000\r\n\r\n", " ", "");
      case "declared-1-gib" ->
          waiting(
              32,
              1,
              LEASES + known + "Content-Length: 1073741824\r\n\r\n",
              "",
              " ".repeat(64 * 1024));
      case "endless-chunks" ->
          waiting(
              32,
              1,
              LEASES + known + "Transfer-Encoding: chunked\r\n\r\n",
              "",
              "10000\r\n" + " ".repeat(64 * 1024) + "\r\n");
      case "deep-json" -> flood(whole(SECRETS + known, deep()), 32);
      case "many-keys" -> flood(whole(SECRETS + known, keys()), 32);
      case "large-values" -> flood(whole(SECRETS + known, value()), 32);
      default -> throw new IllegalArgumentException("no such attack: " + name);
    };
  }

  private static Attack flood(byte[] request, int addresses) {
    return new Attack(32, addresses, request, true, new byte[0], new byte[0]);
  }

  private static Attack waiting(
      int connections, int addresses, String opening, String drip, String endless) {
    return new Attack(connections, addresses, bytes(opening), false, bytes(drip), bytes(endless));
  }

  private static byte[] whole(String head, String body) {
    return bytes(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
  }

  private static String auth(String token) {
    return "Authorization: Bearer " + token + "\r\nContent-Type: application/json\r\n";
  }

  /** A token in the form of the broker's own, with a signature of zeros. */
  private static String unsigned() {
    return part("{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"1\"}")
        + "."
        + part("{\"iss\":\"hushbus\",\"aud\":\"hushbus\",\"exp\":4102444800}")
        + "."
        + "A".repeat(86);
  }

  private static String part(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(json));
  }

  private static String deep() {
    return "{\"data\":" + "[".repeat(LEVELS) + "]".repeat(LEVELS) + "}";
  }

  private static String keys() {
    StringBuilder json = new StringBuilder("{\"name\":\"a\",\"type\":\"key_value\",\"data\":{");
    for (int i = 0; i < KEYS; i++) {
      json.append(i == 0 ? "" : ",").append("\"key-").append(i).append("\":\"v\"");
    }
    return json.append("}}").toString();
  }

  private static String value() {
    return "{\"name\":\"large\",\"type\":\"text\",\"value\":\"" + "v".repeat(MIB) + "\"}";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
