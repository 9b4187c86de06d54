package io.hushbus.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a URL leads, taken apart strictly: scheme https or http, a host name or a literal address,
 * no user info, no fragment, and nothing but visible ASCII, so that no text of it can end a line of
 * a request.
 *
 * @param host lower-case name, or a literal address without brackets
 * @param target path and query as they are sent
 */
public record Destination(boolean secure, String host, int port, String target) {

  private static final int LONGEST = 2048;
  private static final Pattern DOTTED =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

  /** The destination that {@code text} names; empty if it is none. */
  public static Optional<Destination> parse(String text) {
    if (text.length() > LONGEST || !text.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      return Optional.empty();
    }
    try {
      return of(new URI(text));
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<Destination> of(URI uri) {
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    boolean known = secure || "http".equalsIgnoreCase(uri.getScheme());
    String host = uri.getHost();
    if (!known || host == null || host.contains("%") || uri.getRawUserInfo() != null) {
      return Optional.empty();
    }
    if (uri.getRawFragment() != null || uri.getPort() == 0 || uri.getPort() > 65535) {
      return Optional.empty();
    }
    int port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
    return Optional.of(new Destination(secure, host(uri.getHost()), port, target(uri)));
  }

  /**
   * The address, if the host is one and no name. Numbers in forms that some resolvers take for an
   * address ({@code 2130706433}, {@code 0x7f.1}) are names here, and are checked as what they
   * resolve to.
   */
  Optional<InetAddress> literal() {
    boolean address = host.contains(":") || DOTTED.matcher(host).matches();
    return address ? Optional.of(InetAddress.ofLiteral(host)) : Optional.empty();
  }

  /** Whether this machine itself is meant, by its text. */
  boolean saysLoopback() {
    return host.equals("localhost") || literal().filter(InetAddress::isLoopbackAddress).isPresent();
  }

  private static String host(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
  }

  private static String target(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }
}
