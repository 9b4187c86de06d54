package io.hushbus.audit;

import io.hushbus.audit.ExportItem.End;
import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.audit.ExportItem.Signed;
import io.hushbus.crypto.Signer;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/** Chains with fixed keys, for tests: what the broker would write. */
final class Chains {

  static final UUID CLUSTER = UUID.fromString("00000000-0000-4000-8000-00000000000c");
  static final TenantId TENANT =
      new TenantId(UUID.fromString("00000000-0000-4000-8000-00000000000a"));
  static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  static final AuditKeys KEYS = keys(7);

  private Chains() {}

  static Signer signer(int seed) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) seed);
    return new Signer(SecretValue.owning(bytes));
  }

  static AuditKeys keys(int seed) {
    return new AuditKeys(CLUSTER, SecretValue.owning(new byte[32]), List.of(signer(seed)));
  }

  /** The n-th record: each optional field is there in some records and absent in others. */
  static AuditRecord record(int n) {
    return new AuditRecord(
        new UUID(0x7000L, 0x8000_0000_0000_0000L + n),
        START.plusMillis(n * 10L),
        new UUID(0x7000L, 0x8000_0000_0000_1000L + n),
        "service_account:00000000-0000-4000-8000-0000000000" + (10 + n % 3),
        n % 2 == 0 ? "lease_grant" : "secret_change",
        n % 5 == 0 ? "denied" : "allowed",
        "secret",
        n % 3 == 0 ? Optional.empty() : Optional.of(new UUID(0x4000L, n)),
        n % 4 == 0 ? Optional.empty() : Optional.of("db-password-" + n),
        n % 3 == 1 ? OptionalInt.of(n) : OptionalInt.empty(),
        n % 2 == 0 ? Optional.empty() : Optional.of(new UUID(0x4000L, 77)),
        "192.0.2." + n,
        n % 2 == 0 ? "{}" : "{\"count\":" + n + ",\"names\":[\"a\",\"b\"]}");
  }

  /** A whole export: {@code length} records, checkpoints after those listed. */
  static List<ExportItem> chain(int length, Set<Integer> checkpoints) {
    List<AuditRecord> records = new ArrayList<>();
    for (int n = 1; n <= length; n++) {
      records.add(record(n));
    }
    return chain(records, checkpoints);
  }

  static List<ExportItem> chain(List<AuditRecord> records, Set<Integer> checkpoints) {
    List<ExportItem> items = new ArrayList<>(List.of(KEYS.header(TENANT)));
    ChainHead end = ChainHead.START;
    for (AuditRecord record : records) {
      end = end.then(AuditChain.next(end.hash(), TENANT, end.sequence() + 1, record));
      items.add(new Entry(end.sequence(), record, end.hash()));
      if (checkpoints.contains((int) end.sequence())) {
        items.add(
            new Signed(KEYS.sign(TENANT, end, record.at().plusMillis(300), Optional.empty())));
      }
    }
    items.add(new End(end.sequence()));
    return items;
  }

  static String text(List<? extends ExportItem> items) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    items.forEach(item -> bytes.writeBytes(ExportWriter.line(item)));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
