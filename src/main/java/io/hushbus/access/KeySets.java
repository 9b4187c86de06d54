package io.hushbus.access;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.outbound.Outbound;
import io.hushbus.outbound.OutboundFailed;
import io.hushbus.outbound.OutboundReply;
import io.hushbus.outbound.OutboundRequest;
import io.hushbus.outbound.TlsProfile;
import io.hushbus.tenant.FreshCache;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key sets of identity providers, as this node knows them.
 *
 * <p>A set is asked for when a token names a key that is not in it, and when it has grown old; one
 * request at a time and at most one in thirty seconds for each provider (N-14), whatever tokens
 * come. A key that the provider withdraws is so noticed within twice the refresh; one that is to
 * stop at once is taken out of the registration. If the provider does not answer, the set it had
 * last keeps serving. A change of the provider's registration starts anew.
 */
final class KeySets {

  private static final Logger log = LoggerFactory.getLogger(KeySets.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration DEADLINE = Duration.ofSeconds(3);
  private static final int MOST_BYTES = 256 * 1024;
  private static final int CAPACITY = 2_000;

  private record Loaded(ProviderKeys keys, long atNanos) {}

  private static final class NoKeys extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoKeys() {
      super("the key set cannot be had now", null, false, false);
    }
  }

  private final Vertx vertx;
  private final Outbound outbound;
  private final CryptoPool pool;
  private final AccessMeters meters;
  private final Duration refresh;
  private final LongSupplier nanos;
  // Never fresh: whether to ask again is decided here, and what was known last stays known.
  private final FreshCache<UUID, Loaded> sets = new FreshCache<>(CAPACITY, known -> false);
  private final Map<UUID, Long> asked =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Long> eldest) {
          return size() > CAPACITY;
        }
      };

  KeySets(
      Vertx vertx,
      Outbound outbound,
      CryptoPool pool,
      AccessMeters meters,
      Duration refresh,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.outbound = outbound;
    this.pool = pool;
    this.meters = meters;
    this.refresh = refresh;
    this.nanos = nanos;
  }

  /** After how long keys are asked for anew. */
  Duration refresh() {
    return refresh;
  }

  /** Whether a key of the provider signed the token. Never fails but for want of the pool. */
  Future<Boolean> signed(IdentityProvider provider, ExternalToken token) {
    return known(provider)
        .compose(keys -> keys.has(token) ? Future.succeededFuture(keys) : refreshed(provider, keys))
        .recover(cause -> cause instanceof NoKeys ? none() : Future.failedFuture(cause))
        .compose(
            keys ->
                keys.has(token)
                    ? pool.heavy(() -> keys.signed(token))
                    : Future.succeededFuture(false));
  }

  private Future<ProviderKeys> none() {
    return Future.succeededFuture(ProviderKeys.of(vertx, List.of()));
  }

  private Future<ProviderKeys> known(IdentityProvider provider) {
    Optional<Loaded> last = sets.last(provider.revision());
    if (last.isEmpty()) {
      return load(provider);
    }
    long age = nanos.getAsLong() - last.get().atNanos();
    if (age > 2 * refresh.toNanos()) {
      return refreshed(provider, last.get().keys());
    }
    if (age > refresh.toNanos()) {
      load(provider); // for those who come later; its failure is told where it happens
    }
    return Future.succeededFuture(last.get().keys());
  }

  private Future<ProviderKeys> refreshed(IdentityProvider provider, ProviderKeys known) {
    return load(provider)
        .recover(
            cause ->
                cause instanceof NoKeys
                    ? Future.succeededFuture(known)
                    : Future.failedFuture(cause));
  }

  private Future<ProviderKeys> load(IdentityProvider provider) {
    return sets.get(provider.revision(), () -> fetched(provider)).map(Loaded::keys);
  }

  private Future<Loaded> fetched(IdentityProvider provider) {
    long now = nanos.getAsLong();
    if (!due(provider.revision(), now)) {
      return sets.last(provider.revision())
          .map(Future::succeededFuture)
          .orElseGet(() -> Future.failedFuture(new NoKeys()));
    }
    return switch (provider.rules().keys()) {
      case KeySource.Url(var url, var ca) ->
          remote(url, ca)
              .map(keys -> new Loaded(keys, now))
              .recover(cause -> failed(provider, cause));
      case KeySource.Inline(var jwks) ->
          pool.heavy(() -> ProviderKeys.of(vertx, jwks)).map(keys -> new Loaded(keys, now));
      case KeySource.Certificates() -> Future.failedFuture(new NoKeys());
    };
  }

  private boolean due(UUID revision, long now) {
    synchronized (asked) {
      Long before = asked.get(revision);
      boolean due = before == null || now - before >= INTERVAL.toNanos();
      if (due) {
        asked.put(revision, now);
      }
      return due;
    }
  }

  private Future<ProviderKeys> remote(String url, Optional<String> authorities) {
    TlsProfile tls = authorities.map(TlsProfile::trusting).orElse(TlsProfile.SYSTEM);
    return outbound
        .send(OutboundRequest.get(url, "application/json", tls, MOST_BYTES, DEADLINE))
        .compose(reply -> pool.heavy(() -> keys(reply)));
  }

  private ProviderKeys keys(OutboundReply reply) {
    ProviderKeys keys =
        ProviderKeys.of(vertx, reply.status() == 200 ? jwks(reply.body().getBytes()) : List.of());
    if (keys.isEmpty()) {
      throw new NoKeys();
    }
    return keys;
  }

  private static List<Map<String, String>> jwks(byte[] body) {
    return JsonTree.object(body)
        .filter(tree -> tree.get("keys") instanceof List<?>)
        .map(tree -> (List<?>) tree.get("keys"))
        .orElse(List.of())
        .stream()
        .filter(Map.class::isInstance)
        .map(key -> texts((Map<?, ?>) key))
        .toList();
  }

  private static Map<String, String> texts(Map<?, ?> members) {
    return members.entrySet().stream()
        .filter(member -> member.getValue() instanceof String)
        .collect(
            Collectors.toMap(
                member -> (String) member.getKey(), member -> (String) member.getValue()));
  }

  private Future<Loaded> failed(IdentityProvider provider, Throwable cause) {
    String reason = cause instanceof OutboundFailed out ? out.reason().word() : "content";
    meters.keySetFailed();
    log.warn("event=key_set_failed provider={} reason={}", provider.id(), reason);
    return Future.failedFuture(new NoKeys());
  }
}
