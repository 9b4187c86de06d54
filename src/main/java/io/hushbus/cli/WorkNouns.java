package io.hushbus.cli;

import static io.hushbus.cli.ApiVerb.Form.LIST;
import static io.hushbus.cli.ApiVerb.Form.NUMBER;
import static io.hushbus.cli.ApiVerb.Form.PAIRS;
import static io.hushbus.cli.ApiVerb.Form.ROTATION;
import static io.hushbus.cli.ApiVerb.Form.SECRET;
import static io.hushbus.cli.ApiVerb.Form.TRUTH;
import static io.hushbus.cli.ApiVerb.delete;
import static io.hushbus.cli.ApiVerb.get;
import static io.hushbus.cli.ApiVerb.patch;
import static io.hushbus.cli.ApiVerb.post;
import static io.hushbus.cli.ApiVerb.put;
import static io.hushbus.cli.Node.noun;
import static io.hushbus.cli.Node.verb;

/** What is under way: leases, runs, rotations, and how others are told. */
final class WorkNouns {

  private static final Columns SECRET_COLUMNS =
      Columns.of(
          "name",
          "scope",
          "type",
          "version=current_version",
          "labels",
          "max_versions",
          "cas_required",
          "description");
  private static final Columns LEASE =
      Columns.of(
          "id",
          "state",
          "version",
          "applied=applied_version",
          "secret",
          "holder=holder_name",
          "run",
          "expires=expires_at",
          "superseded_by");
  private static final Columns RUN =
      Columns.of(
          "id",
          "state",
          "outcome",
          "external_id",
          "attempt",
          "environment",
          "opened=opened_at",
          "heartbeat_due");
  static final Columns ROTATION_COLUMNS =
      Columns.of(
          "id",
          "secret",
          "scope",
          "from=from_version",
          "to=to_version",
          "strategy",
          "phase",
          "moved=holders.moved",
          "pending=holders.pending",
          "failed=holders.failed",
          "deadline");
  private static final Columns ROTATIONS =
      Columns.of(
          "id",
          "secret",
          "scope",
          "from=from_version",
          "to=to_version",
          "strategy",
          "phase",
          "moved=holders.moved",
          "pending=holders.pending",
          "failed=holders.failed",
          "started=started_at",
          "ended=ended_at",
          "deadline");
  private static final Columns POLICY =
      Columns.of(
          "every_seconds",
          "cron",
          "time_zone",
          "generate",
          "manual",
          "hook",
          "strategy",
          "grace_seconds",
          "next_due=next_due_at");
  private static final Columns SUBSCRIPTION =
      Columns.of("id", "description", "types", "secrets", "acked_sequence", "created=created_at");
  private static final Columns NOTICE =
      Columns.of("sequence", "time", "type", "subject", "name=data.name");
  private static final Columns WEBHOOK =
      Columns.of("id", "url", "enabled", "disabled_for", "last_status", "attempts", "description");
  private static final Columns NEW_WEBHOOK = Columns.of("id", "url", "signing_key");
  private static final Columns DELIVERY =
      Columns.of("id", "type", "state", "attempts", "last_status", "last=last_at");
  private static final Columns AUDIT =
      Columns.of(
          "at",
          "actor",
          "action",
          "outcome",
          "kind=resource_kind",
          "name=resource_name",
          "version",
          "sequence");
  private static final Columns CHECKPOINT = Columns.of("sequence", "at", "key_id", "hash");
  private static final Columns STATS =
      Columns.of(
          "at",
          "granted=leases_granted",
          "live=leases_live",
          "started=rotations_started",
          "completed=rotations_completed",
          "failed=rotations_failed",
          "ack_failed=acknowledgements_failed",
          "pending=holders_pending");

  private static final Columns SECRET_STATS =
      Columns.of(
          "total",
          "never_rotated=states.never_rotated",
          "rotated=states.rotated",
          "rotating=states.rotating",
          "overdue=states.overdue",
          "at");

  private WorkNouns() {}

  /** What is rarely asked of a secret: the rest has commands of its own. */
  static Node[] secret() {
    return new Node[] {
      patch("update", "/secrets/{secret}/metadata", "Change what is known about a secret.")
          .argument("SECRET", "secret", "The secret.")
          .option("--rename", "NAME", "name", "Call it so from now on.")
          .described()
          .option("--label", "KEY=VALUE", "labels", PAIRS, "Set a label; may be repeated.")
          .option("--max-versions", "N", "max_versions", NUMBER, "How many versions are kept.")
          .option("--max-lease", "SECONDS", "max_lease_seconds", NUMBER, "The longest lease.")
          .option(
              "--cas-required",
              "TRUTH",
              "cas_required",
              TRUTH,
              "Whether a change must name the version it changes: true or false.")
          .scoped()
          .shows(SECRET_COLUMNS)
          .says("changed what is known about {secret}")
          .node(),
      get("stats", "/stats/secrets", "Show how old secrets are, and which are overdue.")
          .option("--project", "NAME", "project", "Of this project.")
          .shows(SECRET_STATS)
          .node(),
      get("shares", "/secrets/{secret}/shares", "List the communities that see a secret.")
          .argument("SECRET", "secret", "The secret.")
          .scoped()
          .listsOnce("shares", Columns.of("community", "shared=shared_at", "by=shared_by"))
          .node(),
      post("destroy", "/secrets/{secret}/versions/{version}/destroy", "Destroy an old version.")
          .argument("SECRET", "secret", "The secret.")
          .argument("VERSION", "version", "Its number.")
          .scoped()
          .asks("Destroy version {version} of {secret} for good?")
          .says("destroyed version {version} of {secret}")
          .node(),
      post("purge", "/secrets/{secret}/purge", "Destroy a secret that is in the trash.")
          .argument("SECRET", "secret", "The secret.")
          .option("--id", "ID", "id", "Which, where several of the name are in the trash.")
          .scoped()
          .asks("Destroy {secret} for good?")
          .says("purged {secret}")
          .node()
    };
  }

  static Node[] lease() {
    return new Node[] {
      get("list", "/leases", "List leases.")
          .option("--project", "NAME", "project", "Of this project.")
          .option("--secret-id", "ID", "secret", "Of the secret with this id.")
          .option("--run", "ID", "run", "Of this run.")
          .option("--holder", "ID", "holder", "Of this holder, or of runs that it opened.")
          .option("--version", "N", "version", NUMBER, "Of this version.")
          .option("--held-at", "TIME", "held_at", "That were live then (RFC 3339).")
          .option("--state", "STATE", "state", "active, expired, revoked or ended.")
          .lists("leases", LEASE)
          .node("ls"),
      get("holders", "/leases", "List who holds a secret now.")
          .argument("SECRET", "secret", SECRET, "The secret, by name or id.")
          .always("state", "active")
          .scopedNames()
          .lists("leases", LEASE)
          .node(),
      get("get", "/leases/{id}", "Show a lease.")
          .argument("ID", "id", "Its id.")
          .shows(LEASE)
          .node(),
      verb("revoke", LeaseRevoke::new)
    };
  }

  static Node[] runs() {
    return new Node[] {
      get("list", "/runs", "List runs.")
          .option("--state", "STATE", "state", "open, completed, expired or lost.")
          .option("--external-id", "ID", "external_id", "What the platform calls it.")
          .option("--environment", "NAME", "environment", "Of this environment.")
          .scoped()
          .lists("runs", RUN)
          .node("ls"),
      get("get", "/runs/{id}", "Show a run.").argument("ID", "id", "Its id.").shows(RUN).node(),
      post("end", "/runs/{id}/complete", "End a run; its leases end with it.")
          .argument("ID", "id", "Its id.")
          .option("--outcome", "OUTCOME", "outcome", "succeeded, failed or cancelled.")
          .asks("End the run {id}? Its leases end with it.")
          .shows(RUN)
          .node()
    };
  }

  static Node[] rotation() {
    return new Node[] {
      get("list", "/rotations", "List rotations.")
          .option("--project", "NAME", "project", "Of this project.")
          .option("--secret-id", "ID", "secret", "Of the secret with this id.")
          .option("--phase", "PHASE", "phase", "Such as open, draining or completed.")
          .lists("rotations", ROTATIONS)
          .node("ls"),
      get("status", "/rotations/{id}", "Show how far a rotation is, and who has not moved.")
          .argument("ROTATION", "id", ROTATION, "Its id, or a secret's name: the newest.")
          .scopedNames()
          .shows(ROTATION_COLUMNS)
          .node("get"),
      verb("watch", RotationWatch::new),
      post("rehearse", "/secrets/{secret}/rotations", "Say what a rotation would meet.")
          .argument("SECRET", "secret", "The secret.")
          .option("--strategy", "STRATEGY", "strategy", "drain, immediate or staged.")
          .option("--grace", "TIME", "grace", "How long holders have.")
          .always("dry_run", true)
          .scoped()
          .shows(
              Columns.of(
                  "from=from_version",
                  "holders=holders.total",
                  "by_reload",
                  "earliest_finish",
                  "deadline"))
          .node(),
      post("abort", "/rotations/{id}/abort", "Go back: the old value becomes the newest.")
          .argument("ROTATION", "id", ROTATION, "Its id, or a secret's name: the newest.")
          .scopedNames()
          .asks("Go back to the value before?")
          .shows(ROTATION_COLUMNS)
          .node(),
      post("retire-now", "/rotations/{id}/retire-now", "Do not wait for those who have not moved.")
          .argument("ROTATION", "id", ROTATION, "Its id, or a secret's name: the newest.")
          .scopedNames()
          .asks("Retire the old version now? The leases of who holds it are revoked.")
          .shows(ROTATION_COLUMNS)
          .node(),
      policy()
    };
  }

  private static Node policy() {
    return noun(
        "policy",
        "When secrets are due, and where their next values come from.",
        get("get", "/secrets/{secret}/rotation-policy", "Show the policy of a secret.")
            .argument("SECRET", "secret", "The secret.")
            .scoped()
            .shows(POLICY)
            .node(),
        put("set", "/secrets/{secret}/rotation-policy", "Give a secret a policy.")
            .argument("SECRET", "secret", "The secret.")
            .option("--every", "TIME", "every", "How often, such as 30d.")
            .option("--cron", "LINE", "cron", "When, as a cron line.")
            .option("--time-zone", "ZONE", "time_zone", "Of the cron line.")
            .option("--generate", "KIND", "generate.kind", "password, bytes, uuid, ed25519 or rsa.")
            .option("--length", "N", "generate.length", NUMBER, "Of what is generated.")
            .option("--alphabet", "LETTERS", "generate.alphabet", "Of what is generated.")
            .option("--key", "KEY", "generate.key", "Which key of the secret is generated.")
            .option("--hook", "URL", "hook.url", "Who is asked for the next value.")
            .option("--remind-before", "TIME", "manual.remind_before", "A person does it.")
            .option("--strategy", "STRATEGY", "strategy", "drain or immediate.")
            .option("--grace", "TIME", "grace", "How long holders have.")
            .scoped()
            .shows(POLICY)
            .says("set the policy of {secret}; hushbus -o json shows the key of a new hook")
            .node(),
        delete("delete", "/secrets/{secret}/rotation-policy", "Take a secret's policy away.")
            .argument("SECRET", "secret", "The secret.")
            .scoped()
            .asks("Take the policy of {secret} away?")
            .says("{secret} has no policy now")
            .node("rm"),
        post(
                "roll-key",
                "/secrets/{secret}/rotation-policy/roll",
                "Make a new key for the hook. It is shown this once.")
            .argument("SECRET", "secret", "The secret.")
            .option("--overlap", "TIME", "overlap", "How long the old one still signs.")
            .scoped()
            .shows(Columns.of("hook_key", "hook"))
            .node());
  }

  static Node[] subscription() {
    return new Node[] {
      post("create", "/subscriptions", "Make a subscription.")
          .option("--description", "TEXT", "description", "What it is for.")
          .option("--type", "TYPE", "types", LIST, "Only this type; may be repeated.")
          .option("--secret", "NAME", "secrets", LIST, "Only this secret; may be repeated.")
          .option("--project", "NAME", "project", "Only of this project.")
          .option("--domain", "NAME", "domain", "Only of this domain.")
          .option("--start", "WHERE", "start", "now or earliest.")
          .shows(SUBSCRIPTION)
          .node(),
      get("list", "/subscriptions", "List the subscriptions.")
          .lists("subscriptions", SUBSCRIPTION)
          .node("ls"),
      get("get", "/subscriptions/{id}", "Show a subscription.")
          .argument("ID", "id", "Its id.")
          .shows(SUBSCRIPTION)
          .node(),
      get("read", "/subscriptions/{id}/events", "Show what was not acknowledged yet.")
          .argument("ID", "id", "Its id.")
          .option("--wait", "TIME", "wait", "For the first, at most 30s.")
          .listsOnce("events", NOTICE)
          .node(),
      post("ack", "/subscriptions/{id}/acks", "Say how far everything is dealt with.")
          .argument("ID", "id", "Its id.")
          .option("--cursor", "CURSOR", "cursor", "Up to here, as `read -o json` says.")
          .option("--restart", "WHERE", "restart", "now or earliest, in place of a cursor.")
          .shows(SUBSCRIPTION)
          .node(),
      delete("delete", "/subscriptions/{id}", "Delete a subscription.")
          .argument("ID", "id", "Its id.")
          .asks("Delete the subscription {id}?")
          .says("deleted")
          .node("rm")
    };
  }

  static Node[] webhook() {
    return new Node[] {
      post("create", "/webhooks", "Post notices to an address. Its signing key is shown this once.")
          .argument("URL", "url", "The address.")
          .option("--description", "TEXT", "description", "What it is for.")
          .option("--type", "TYPE", "types", LIST, "Only this type; may be repeated.")
          .option("--secret", "NAME", "secrets", LIST, "Only this secret; may be repeated.")
          .option("--project", "NAME", "project", "Only of this project.")
          .option("--domain", "NAME", "domain", "Only of this domain.")
          .shows(NEW_WEBHOOK)
          .says("keep the signing key now: it is not shown again")
          .node(),
      get("list", "/webhooks", "List the webhooks.").lists("webhooks", WEBHOOK).node("ls"),
      get("get", "/webhooks/{id}", "Show a webhook.")
          .argument("ID", "id", "Its id.")
          .shows(WEBHOOK)
          .node(),
      patch("update", "/webhooks/{id}", "Change a webhook.")
          .argument("ID", "id", "Its id.")
          .option("--url", "URL", "url", "The address from now on.")
          .option("--description", "TEXT", "description", "What it is for.")
          .option("--type", "TYPE", "types", LIST, "Only this type; may be repeated.")
          .option("--secret", "NAME", "secrets", LIST, "Only this secret; may be repeated.")
          .shows(WEBHOOK)
          .node(),
      patch("enable", "/webhooks/{id}", "Post there again.")
          .argument("ID", "id", "Its id.")
          .always("enabled", true)
          .shows(WEBHOOK)
          .node(),
      patch("disable", "/webhooks/{id}", "Post nothing there for now.")
          .argument("ID", "id", "Its id.")
          .always("enabled", false)
          .shows(WEBHOOK)
          .node(),
      post("roll-key", "/webhooks/{id}/roll", "Make a new signing key. It is shown this once.")
          .argument("ID", "id", "Its id.")
          .option("--overlap", "TIME", "overlap", "How long the old one still signs.")
          .shows(NEW_WEBHOOK)
          .node(),
      get("deliveries", "/webhooks/{id}/deliveries", "List what was posted, or is to be.")
          .argument("ID", "id", "Its id.")
          .lists("deliveries", DELIVERY)
          .node(),
      post("redeliver", "/webhooks/{id}/deliveries/{delivery}/redeliver", "Post something again.")
          .argument("ID", "id", "Its id.")
          .argument("DELIVERY", "delivery", "The id of the delivery.")
          .shows(DELIVERY)
          .node(),
      post("test", "/webhooks/{id}/test", "Post a test, and say what came back.")
          .argument("ID", "id", "Its id.")
          .shows(Columns.of("delivered", "status"))
          .node(),
      delete("delete", "/webhooks/{id}", "Delete a webhook.")
          .argument("ID", "id", "Its id.")
          .asks("Delete the webhook {id}?")
          .says("deleted")
          .node("rm")
    };
  }

  /** What can be done with an audit trail beside verifying it. */
  static Node[] audit() {
    return new Node[] {
      get("list", "/audit", "List what was done, newest first.")
          .option("--from", "TIME", "from", "Not before this time (RFC 3339).")
          .option("--to", "TIME", "to", "Before this time.")
          .option("--project", "NAME", "project", "Of this project.")
          .option("--actor", "ACTOR", "actor", "By this one: service_account:ID.")
          .option("--action", "ACTION", "action", "Of this kind.")
          .option("--outcome", "OUTCOME", "outcome", "allowed or denied.")
          .option("--resource", "ID", "resource", "About the thing with this id.")
          .option("--name", "NAME", "name", "About things that had this name then.")
          .lists("records", AUDIT)
          .node("ls"),
      get("checkpoints", "/audit/checkpoints", "List the signed checkpoints of the chain.")
          .option("--project", "NAME", "project", "Of this project.")
          .lists("checkpoints", CHECKPOINT)
          .node(),
      verb("export", AuditExport::new)
    };
  }

  static Node stats() {
    return get("stats", "/stats", "Show what happened, step by step.")
        .option("--project", "NAME", "project", "Of this project.")
        .option("--from", "TIME", "from", "Where it begins (RFC 3339).")
        .option("--to", "TIME", "to", "Where it ends.")
        .option("--step", "TIME", "step", "Length of a step, such as 1h.")
        .listsOnce("steps", STATS)
        .node();
  }
}
