package io.hushbus.cli;

import static io.hushbus.cli.ApiVerb.Form.ACCOUNT;
import static io.hushbus.cli.ApiVerb.Form.FILE;
import static io.hushbus.cli.ApiVerb.Form.NUMBER;
import static io.hushbus.cli.ApiVerb.delete;
import static io.hushbus.cli.ApiVerb.get;
import static io.hushbus.cli.ApiVerb.patch;
import static io.hushbus.cli.ApiVerb.post;
import static io.hushbus.cli.ApiVerb.put;
import static io.hushbus.cli.Node.verb;

/** Whose things are, and who may what: projects, communities, domains, accounts, roles, tenants. */
final class TenancyNouns {

  private static final Columns NAMED =
      Columns.of("name", "id", "created=created_at", "description");
  private static final Columns SHARED =
      Columns.of("name", "scope", "type", "community", "secret_id", "adoption");
  private static final Columns ADOPTION =
      Columns.of(
          "name", "from=adopted_from.name", "project=adopted_from.project", "id", "secret_id");
  private static final Columns BINDING =
      Columns.of("role", "service_account", "project_id", "community_id", "id");
  private static final Columns KEY =
      Columns.of("id", "hint", "created=created_at", "expires=expires_at", "revoked=revoked_at");
  private static final Columns NEW_KEY =
      Columns.of("key", "id", "hint", "created=created_at", "expires=expires_at");
  private static final Columns PROVIDER =
      Columns.of("name", "kind", "id", "issuer", "audience", "created=created_at");
  private static final Columns TENANT = Columns.of("name", "state", "id", "created=created_at");
  private static final Columns NEW_TENANT =
      Columns.of("name", "id", "admin=admin.service_account", "key=admin.key");
  private static final Columns QUOTAS = Columns.of("tenant", "limits", "set", "used");
  private static final Columns TENANT_KEY =
      Columns.of(
          "generation", "state", "versions", "seals", "created=created_at", "retired=retired_at");
  private static final Columns NODE =
      Columns.of(
          "id", "version", "live", "started=started_at", "heard=heard_at", "keys_dropped", "asked");
  private static final Columns HEALTH =
      Columns.of("node", "ready", "checks", "nodes_live", "tenants_set_back", "hints_silent");
  private static final Columns OPERATIONS =
      Columns.of("id", "tenant", "kind", "state", "done", "total", "created=created_at");
  private static final Columns OPERATION =
      Columns.of("id", "kind", "state", "done", "total", "problem", "updated=updated_at");

  private TenancyNouns() {}

  /** What a project can be told beside making, listing and showing it. */
  static Node[] project() {
    return new Node[] {
      patch("update", "/projects/{project}", "Change a project.")
          .argument("NAME", "project", "The project.")
          .described()
          .option("--reveal", "WHO", "reveal", "off, editor or developer: who may read values.")
          .option("--community", "NAME", "community", "The community it belongs to from now on.")
          .shows(ProjectList.COLUMNS)
          .node(),
      patch("leave-community", "/projects/{project}", "Take a project out of its community.")
          .argument("NAME", "project", "The project.")
          .always("community", ApiVerb.Absence.NULL)
          .asks("What is shared there can no longer be used by {project}. Go on?")
          .shows(ProjectList.COLUMNS)
          .node(),
      get("quotas", "/projects/{project}/quotas", "Show how much a project may hold.")
          .argument("NAME", "project", "The project.")
          .shows(Columns.of("project", "limits", "set"))
          .node(),
      put("set-quotas", "/projects/{project}/quotas", "Say how much a project may hold.")
          .argument("NAME", "project", "The project.")
          .option("--leases", "N", "leases", NUMBER, "The most live leases.")
          .option("--runs", "N", "runs", NUMBER, "The most open runs.")
          .shows(Columns.of("project", "limits", "set"))
          .node(),
      get("shared", "/projects/{project}/shared-secrets", "List what a project could adopt.")
          .argument("NAME", "project", "The project.")
          .lists("secrets", SHARED)
          .node(),
      get("adoptions", "/projects/{project}/adoptions", "List what a project has adopted.")
          .argument("NAME", "project", "The project.")
          .lists("adoptions", ADOPTION)
          .node(),
      delete("release", "/projects/{project}/adoptions/{adoption}", "End an adoption.")
          .argument("NAME", "project", "The project.")
          .argument("ADOPTION", "adoption", "Its id, as `project adoptions` shows it.")
          .asks("{project} can no longer use it. Go on?")
          .says("released")
          .node()
    };
  }

  static Node[] community() {
    return new Node[] {
      post("create", "/communities", "Make a community.")
          .argument("NAME", "name", "Its name.")
          .described()
          .shows(NAMED)
          .says("created community {name}")
          .node(),
      get("list", "/communities", "List the communities.").lists("communities", NAMED).node("ls"),
      get("get", "/communities/{community}", "Show a community.")
          .argument("NAME", "community", "The community.")
          .shows(NAMED)
          .node(),
      patch("update", "/communities/{community}", "Change a community.")
          .argument("NAME", "community", "The community.")
          .needed("--description", "TEXT", "description", ApiVerb.Form.TEXT, "What it is for.")
          .shows(NAMED)
          .node(),
      delete("delete", "/communities/{community}", "Delete a community.")
          .argument("NAME", "community", "The community.")
          .asks("Delete the community {community}?")
          .says("deleted community {community}")
          .node("rm")
    };
  }

  static Node[] domain() {
    return new Node[] {
      post("create", "/domains", "Make a domain.")
          .argument("NAME", "name", "Its name.")
          .described()
          .shows(NAMED)
          .says("created domain {name}")
          .node(),
      get("list", "/domains", "List the domains.").lists("domains", NAMED).node("ls")
    };
  }

  static Node[] role() {
    return new Node[] {
      post("bind", "/role-bindings", "Give a service account a role.")
          .argument("ROLE", "role", "viewer, developer, editor, admin, runner or auditor.")
          .argument("ACCOUNT", "service_account", ACCOUNT, "The account, by name or id.")
          .option("--project", "NAME", "project", "In this project alone.")
          .option("--community", "NAME", "community", "In this community alone.")
          .shows(BINDING)
          .says("{service_account} is now {role}")
          .node(),
      get("list", "/role-bindings", "List who has which role.")
          .option("--project", "NAME", "project", "Of this project.")
          .option("--community", "NAME", "community", "Of this community.")
          .lists("role_bindings", BINDING)
          .node("ls"),
      delete("unbind", "/role-bindings/{id}", "Take a role away.")
          .argument("ID", "id", "The binding, as `role list` shows it.")
          .asks("Take this role away?")
          .says("the role is taken away")
          .node()
    };
  }

  static Node[] serviceAccount() {
    return new Node[] {
      post("create", "/service-accounts", "Make a service account.")
          .argument("NAME", "name", "Its name.")
          .described()
          .shows(NAMED)
          .says("created service account {name}; it has no key and no role yet")
          .node(),
      get("list", "/service-accounts", "List the service accounts.")
          .lists("service_accounts", NAMED)
          .node("ls"),
      get("get", "/service-accounts/{id}", "Show a service account.")
          .argument("ACCOUNT", "id", ACCOUNT, "By name or id.")
          .shows(NAMED)
          .node(),
      delete("delete", "/service-accounts/{id}", "Delete a service account with its keys.")
          .argument("ACCOUNT", "id", ACCOUNT, "By name or id.")
          .asks("Delete the service account {id}? Its keys stop working.")
          .says("deleted service account {id}")
          .node("rm"),
      get("keys", "/service-accounts/{id}/keys", "List the keys of a service account.")
          .argument("ACCOUNT", "id", ACCOUNT, "By name or id.")
          .lists("keys", KEY)
          .node(),
      post("add-key", "/service-accounts/{id}/keys", "Make a key. It is shown this once.")
          .argument("ACCOUNT", "id", ACCOUNT, "By name or id.")
          .option("--expires-in", "TIME", "expires_in", "Such as 90d; without it, never.")
          .shows(NEW_KEY)
          .says("keep the key now: it is not shown again")
          .node(),
      post(
              "roll-key",
              "/service-accounts/{id}/keys/{key}/roll",
              "Make a key in place of another, which works on for a while.")
          .argument("ACCOUNT", "id", ACCOUNT, "By name or id.")
          .argument("KEY", "key", "The id of the key to be replaced.")
          .option("--expires-in", "TIME", "expires_in", "Such as 90d; without it, never.")
          .option("--overlap", "TIME", "overlap", "How long the old one still works.")
          .shows(NEW_KEY)
          .says("keep the key now: it is not shown again")
          .node(),
      delete("revoke-key", "/service-accounts/{id}/keys/{key}", "Revoke a key at once.")
          .argument("ACCOUNT", "id", ACCOUNT, "By name or id.")
          .argument("KEY", "key", "The id of the key.")
          .asks("Revoke this key? Whoever uses it is locked out.")
          .says("the key is revoked")
          .node()
    };
  }

  static Node[] identityProvider() {
    return new Node[] {
      post("create", "/identity-providers", "Believe another's tokens or certificates.")
          .needed("--file", "FILE", "", FILE, "The JSON object that describes it.")
          .shows(PROVIDER)
          .node(),
      get("list", "/identity-providers", "List the identity providers.")
          .lists("identity_providers", PROVIDER)
          .node("ls"),
      get("get", "/identity-providers/{id}", "Show an identity provider.")
          .argument("ID", "id", "Its id.")
          .shows(PROVIDER)
          .node(),
      put("replace", "/identity-providers/{id}", "Describe an identity provider anew.")
          .argument("ID", "id", "Its id.")
          .needed("--file", "FILE", "", FILE, "The JSON object that describes it.")
          .shows(PROVIDER)
          .node(),
      delete("delete", "/identity-providers/{id}", "Believe it no longer.")
          .argument("ID", "id", "Its id.")
          .asks("Believe it no longer? Whoever comes by it is locked out.")
          .says("deleted")
          .node("rm")
    };
  }

  static Node[] tenant() {
    return new Node[] {
      post("create", "/tenants", "Make a tenant. Its first admin's key is shown this once.")
          .argument("NAME", "name", "Its name, a lower-case DNS label.")
          .shows(NEW_TENANT)
          .says("keep the key now: it is not shown again, and no other can be made")
          .node(),
      get("list", "/tenants", "List the tenants.").lists("tenants", TENANT).node("ls"),
      get("get", "/tenants/{tenant}", "Show a tenant.")
          .argument("NAME", "tenant", "The tenant.")
          .shows(TENANT)
          .node(),
      verb("delete", TenantDelete::new, "rm"),
      get("quotas", "/tenants/{tenant}/quotas", "Show how much a tenant may hold, and holds.")
          .argument("NAME", "tenant", "The tenant.")
          .shows(QUOTAS)
          .node(),
      quotas(),
      get("keys", "/tenants/{tenant}/keys", "List the generations of a tenant's key.")
          .argument("NAME", "tenant", "The tenant.")
          .listsOnce("keys", TENANT_KEY)
          .node(),
      delete(
              "destroy-key",
              "/tenants/{tenant}/keys/{generation}",
              "Destroy a retired generation of a tenant's key.")
          .argument("NAME", "tenant", "The tenant.")
          .argument("GENERATION", "generation", "Its number.")
          .asks("Destroy it? Backups that need it can never be read again.")
          .shows(OPERATION)
          .node(),
      post(
              "confirm-restore",
              "/tenants/{tenant}/confirm-restore",
              "Let a tenant go on after its data came out of a backup.")
          .argument("NAME", "tenant", "The tenant.")
          .asks("Is the database that of {tenant}, as it should be from now on?")
          .says("{tenant} goes on; its readers are told to begin anew")
          .node()
    };
  }

  private static Node quotas() {
    return put("set-quotas", "/tenants/{tenant}/quotas", "Say how much a tenant may hold.")
        .argument("NAME", "tenant", "The tenant. What is not said goes back to the default.")
        .option("--secrets", "N", "secrets", NUMBER, "The most secrets.")
        .option("--versions", "N", "versions", NUMBER, "The most versions.")
        .option("--bytes", "N", "bytes", NUMBER, "The most bytes of values.")
        .option("--leases", "N", "leases", NUMBER, "The most live leases.")
        .option("--streams", "N", "streams", NUMBER, "The most open streams.")
        .option("--runs", "N", "runs", NUMBER, "The most open runs.")
        .option("--requests-per-second", "N", "requests_per_second", NUMBER, "The most requests.")
        .option("--lease-seconds", "N", "lease_seconds", NUMBER, "The longest lease.")
        .option("--project-leases", "N", "project_leases", NUMBER, "Live leases of a project.")
        .option("--project-runs", "N", "project_runs", NUMBER, "Open runs of a project.")
        .shows(QUOTAS)
        .node();
  }

  static Node[] node() {
    return new Node[] {
      get("list", "/nodes", "List the nodes that share the database.")
          .listsOnce("nodes", NODE)
          .node("ls"),
      get("health", "/health", "Show how the node that answers is.").shows(HEALTH).node()
    };
  }

  static Node[] operation() {
    return new Node[] {
      get("list", "/operations", "List long work, newest first.")
          .option("--state", "STATE", "state", "open, or such as running or failed.")
          .lists("operations", OPERATIONS)
          .node("ls"),
      get("get", "/operations/{id}", "Show how far it is.")
          .argument("ID", "id", "Its id.")
          .shows(OPERATION)
          .node(),
      verb("watch", OperationWatch::new),
      post("cancel", "/operations/{id}/cancel", "Stop it. What is done stays done.")
          .argument("ID", "id", "Its id.")
          .shows(OPERATION)
          .node()
    };
  }
}
