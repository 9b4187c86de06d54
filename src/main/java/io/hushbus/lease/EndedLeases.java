package io.hushbus.lease;

import io.hushbus.model.SecretId;
import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many live leases ended at once, and on which secrets: so much of it as is told.
 *
 * @param secrets at most {@value #MOST} of them, and one more if there are others
 */
record EndedLeases(long count, List<SecretId> secrets) {

  static final int MOST = 100;

  /** Stands for those that are not named. */
  private static final String OTHERS = "*";

  /** The columns of a query over leases {@code l} that {@link #read} takes. */
  static final String COLUMNS =
      "count(*) AS count, (array_agg(DISTINCT l.secret_id))[1:" + (MOST + 1) + "] AS secrets";

  static EndedLeases read(Row row) {
    UUID @Nullable [] secrets = row.getArrayOfUUIDs("secrets");
    return new EndedLeases(
        row.getLong("count"),
        secrets == null ? List.of() : Arrays.stream(secrets).map(SecretId::new).toList());
  }

  /** Puts it into what is told. */
  void into(Map<String, Object> data, String counted) {
    data.put(counted, count);
    if (!secrets.isEmpty()) {
      Stream<String> named = secrets.stream().limit(MOST).map(SecretId::toString);
      Stream<String> others = Stream.of(OTHERS).limit(secrets.size() > MOST ? 1 : 0);
      data.put("secret_ids", Stream.concat(named, others).toList());
    }
  }
}
