package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Reveals;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.tenant.Projects;
import io.vertx.core.Future;
import java.util.Map;
import java.util.OptionalInt;

/** The one operation that shows a value to people, as far as their project allows. */
final class RevealEndpoints {

  private static final String KIND = "secret";

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Projects projects;
  private final Reveals reveals;

  RevealEndpoints(Scopes scopes, AccessPolicy policy, Projects projects, Reveals reveals) {
    this.scopes = scopes;
    this.policy = policy;
    this.projects = projects;
    this.reveals = reveals;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("revealSecret", this::reveal);
  }

  private Future<Answer> reveal(Call call) {
    SecretName name = new SecretName(call.path("name"));
    OptionalInt version =
        call.parameter("version")
            .map(text -> OptionalInt.of(Integer.parseInt(text)))
            .orElseGet(OptionalInt::empty);
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, KIND)
        .compose(
            at ->
                allowed(call, at.scope())
                    .compose(grant -> reveals.reveal(grant, at.scope(), name, version)))
        .map(RevealEndpoints::answer);
  }

  /** By the setting of the project. What lies in none is shown to nobody. */
  private Future<Grant> allowed(Call call, Scope scope) {
    Resource resource = Resource.in(scope, KIND);
    return resource
        .project()
        .map(
            project ->
                projects
                    .reveal(call.caller().tenant(), project)
                    .compose(
                        setting ->
                            setting
                                .needs()
                                .map(
                                    action ->
                                        policy.require(
                                            call.caller(), action, resource, call.context()))
                                .orElseGet(() -> refused(call, resource))))
        .orElseGet(() -> refused(call, resource));
  }

  private Future<Grant> refused(Call call, Resource resource) {
    return policy.refuse(call.caller(), Action.SECRET_REVEAL, resource, call.context());
  }

  /** Writes the value into the answer and closes it, whatever happens. */
  private static Answer answer(LeasedSecret shown) {
    try (shown) {
      return Answer.ok(
          json ->
              json.field("name", shown.name().text())
                  .field("secret_id", shown.lease().secret().toString())
                  .field("version", shown.lease().version())
                  .field("lease", shown.lease().id().toString())
                  .field("expires_at", shown.lease().terms().expiresAt())
                  .payload(shown.payload()));
    }
  }
}
