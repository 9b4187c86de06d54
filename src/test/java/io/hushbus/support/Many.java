package io.hushbus.support;

import io.hushbus.secret.Secret;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tenants with thousands of things, and how the database goes about reading them. */
public final class Many {

  private static final String SECRETS =
      """
      INSERT INTO secret (tenant_id, secret_id, project_id, domain_id, name, folded_name, type,
                          entry_names, current_version, next_version, max_versions, meta_seq,
                          created_by, created_at, updated_at, mac_generation, row_mac)
      SELECT s.tenant_id, gen_random_uuid(), s.project_id, s.domain_id, 'many-' || n, 'many-' || n,
             s.type, s.entry_names, 1, 2, s.max_versions, 1, s.created_by, s.created_at,
             s.updated_at, s.mac_generation, s.row_mac
      FROM secret s, generate_series(1, COUNT) n WHERE s.secret_id = 'ONE'
      """;

  private static final String VERSIONS =
      """
      INSERT INTO secret_version (tenant_id, secret_id, version, state, sealed, size_bytes,
                                  entry_names, digest, created_by, created_at, mac_generation, row_mac)
      SELECT s.tenant_id, s.secret_id, 1, 'current', '\\x00', 1, '{value}', sha256('it'), 'somebody',
             clock_timestamp(), 1, sha256('row')
      FROM secret s JOIN secret t ON t.tenant_id = s.tenant_id AND t.secret_id = 'ONE'
      WHERE s.name LIKE 'many-%'
      """;

  private static final String LEASES =
      """
      INSERT INTO lease (tenant_id, lease_id, secret_id, version, applied_version, principal_kind,
                         principal_id, project_id, issued_at, expires_at, max_expires_at,
                         mac_generation, row_mac)
      SELECT s.tenant_id, gen_random_uuid(), s.secret_id, 1, 1, 'service_account', gen_random_uuid(),
             s.project_id, clock_timestamp(), clock_timestamp() + interval '1 hour',
             clock_timestamp() + interval '1 day', 1, sha256('row')
      FROM secret s JOIN secret t ON t.tenant_id = s.tenant_id AND t.secret_id = 'ONE',
           generate_series(1, COUNT)
      WHERE s.name LIKE 'many-%'
      """;

  private static final String PROJECTS =
      """
      INSERT INTO project
      SELECT (jsonb_populate_record(p, jsonb_build_object(
        'project_id', gen_random_uuid(), 'name', 'p-' || n, 'folded_name', 'p-' || n))).*
      FROM project p JOIN secret s ON s.tenant_id = p.tenant_id AND s.project_id = p.project_id,
           generate_series(1, COUNT) n
      WHERE s.secret_id = 'ONE'
      """;

  private static final String NAMESAKES =
      """
      INSERT INTO secret (tenant_id, secret_id, project_id, name, folded_name, type, entry_names,
                          current_version, next_version, max_versions, meta_seq, created_by,
                          created_at, updated_at, mac_generation, row_mac)
      SELECT s.tenant_id, gen_random_uuid(), p.project_id, s.name, s.folded_name, s.type,
             s.entry_names, 1, 2, s.max_versions, 1, s.created_by, s.created_at, s.updated_at,
             s.mac_generation, s.row_mac
      FROM secret s JOIN project p ON p.tenant_id = s.tenant_id AND p.name LIKE 'p-%'
      WHERE s.secret_id = 'ONE'
      """;

  private static final String DESTROYED =
      """
      INSERT INTO secret_version (tenant_id, secret_id, version, state, size_bytes, entry_names,
                                  digest, created_by, created_at, mac_generation, row_mac)
      SELECT s.tenant_id, s.secret_id, s.next_version + n, 'destroyed', 1, '{value}',
             sha256('it'), 'somebody', clock_timestamp(), 1, sha256('row')
      FROM secret s, generate_series(1, COUNT) n WHERE s.secret_id = 'ONE'
      """;

  private static final String EXPLAIN =
      "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) EXECUTE asked ";

  private static final Pattern PART = Pattern.compile("actual rows=(\\S+) loops=(\\S+)\\)");
  private static final Pattern REMOVED = Pattern.compile("Rows Removed by .*: (\\S+)");

  private Many() {}

  /** More secrets like this one, each with some live leases; their MACs do not hold. */
  public static void like(World world, Secret one, int secrets, int leasesEach) {
    unseen(world, one, secrets, leasesEach);
    world.asOwner("ANALYZE secret, secret_version, lease");
  }

  /** The same, and the database has not looked at its tables since. */
  public static void unseen(World world, Secret one, int secrets, int leasesEach) {
    world.asOwner(filled(SECRETS, one, secrets));
    world.asOwner(filled(VERSIONS, one, 1));
    world.asOwner(filled(LEASES, one, leasesEach));
  }

  /** As many secrets of the same name, each in a project of its own. */
  public static void namesakes(World world, Secret one, int number) {
    world.asOwner(filled(PROJECTS, one, number));
    world.asOwner(filled(NAMESAKES, one, number));
  }

  /** As many versions of the secret, which have lost their values. */
  public static void destroyed(World world, Secret one, int number) {
    world.asOwner(filled(DESTROYED, one, number));
  }

  /** So many more secrets than this one, as the database knows them when it plans. */
  public static void early(World world, Secret one, int number) {
    like(world, one, number, 1);
    world.asOwner(
        "UPDATE secret SET name = 'early-' || name, folded_name = 'early-' || name"
            + " WHERE name LIKE 'many-%'");
  }

  private static String filled(String statement, Secret one, int count) {
    return statement.replace("ONE", one.id().toString()).replace("COUNT", Integer.toString(count));
  }

  /**
   * How a statement was carried out, with its figures, once the database keeps one plan for all
   * parameters.
   *
   * @param arguments as they stand in a statement
   */
  public static String plan(World world, String sql, String... arguments) {
    return asked(world, sql, statement -> carriedOut(statement, arguments));
  }

  /**
   * The same by a plan that was made before {@code more} came, on a connection that carries batches
   * and reads no whole tables, as the broker, whom row-level security shows its tenants alone.
   */
  public static String keptPlan(World world, String sql, Runnable more, String... arguments) {
    return asked(
        world,
        sql,
        statement -> {
          statement.execute("SET enable_seqscan = off");
          statement.execute("SET hushbus.tenants = '" + tenants(world) + "'");
          statement.execute("SET ROLE " + world.database.config().user());
          carriedOut(statement, arguments);
          more.run();
          return carriedOut(statement, arguments);
        });
  }

  private static String tenants(World world) {
    return world.row("SELECT array_agg(tenant_id) FROM tenant");
  }

  private interface Asking {
    String of(Statement statement) throws SQLException;
  }

  private static String asked(World world, String sql, Asking asking) {
    try (var connection = world.database.owner();
        var statement = connection.createStatement()) {
      statement.execute("SET plan_cache_mode = force_generic_plan");
      statement.execute("SET random_page_cost = 1.1"); // as the broker's own connections have it
      statement.execute("PREPARE asked AS " + sql);
      return asking.of(statement);
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
  }

  /** What it changes is undone. */
  private static String carriedOut(Statement statement, String... arguments) throws SQLException {
    List<String> lines = new ArrayList<>();
    statement.execute("BEGIN");
    try (var rows = statement.executeQuery(EXPLAIN + "(" + String.join(", ", arguments) + ")")) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    statement.execute("ROLLBACK");
    return String.join("\n", lines);
  }

  /** The most rows that any part of what was carried out so looked at. */
  public static long lookedAt(String plan) {
    long most = 0;
    double loops = 0;
    double rows = 0;
    for (String line : plan.lines().toList()) {
      Matcher part = PART.matcher(line);
      Matcher removed = REMOVED.matcher(line);
      if (part.find()) {
        rows = Double.parseDouble(part.group(1));
        loops = Double.parseDouble(part.group(2));
      } else if (removed.find()) {
        rows += Double.parseDouble(removed.group(1));
      }
      most = Math.max(most, Math.round(rows * loops));
    }
    return most;
  }
}
