package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.SecretId;
import io.hushbus.tenant.ProjectRow;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MACs on a tenant's rows: made over what is written, checked on what was read. A row of a
 * secret that another hand wrote or edited is {@link io.hushbus.model.Failure.Integrity}; one that
 * would give a project something, a share or an adoption, gives it nothing and raises an alarm.
 */
record RowMacs(Keyring keyring, SecretMeters meters) {

  private static final Logger log = LoggerFactory.getLogger(RowMacs.class);

  RowMac of(Secret head) {
    return keyring.mac(head.canonical(keyring.tenant()));
  }

  RowMac of(SecretId secret, Version version) {
    return keyring.mac(version.canonical(keyring.tenant(), secret));
  }

  RowMac of(MarkStore.Mark mark) {
    return keyring.mac(mark.canonical(keyring.tenant()));
  }

  RowMac of(Share share) {
    return keyring.mac(share.canonical(keyring.tenant()));
  }

  RowMac of(Adoption adoption) {
    return keyring.mac(adoption.canonical(keyring.tenant()));
  }

  Secret checked(Stored<Secret> row) {
    return row.checked(keyring, row.value().canonical(keyring.tenant()), "secret");
  }

  VersionStore.SealedVersion checked(Secret head, VersionStore.SealedVersion row) {
    Stored<Version> version = row.version();
    version.checked(
        keyring, version.value().canonical(keyring.tenant(), head.id()), "secret_version");
    return row;
  }

  MarkStore.Mark checkedMark(Stored<MarkStore.Mark> row) {
    return row.checked(keyring, row.value().canonical(keyring.tenant()), "version_mark");
  }

  /** Whether the broker wrote the row of a project: that it is in the community named there. */
  boolean genuine(ProjectRow project) {
    Stored<ProjectRow> row = new Stored<>(project, project.mac());
    return genuine(row, project.canonical(keyring.tenant()), "project", project.id()).isPresent();
  }

  /** The share, if the broker wrote it. */
  Optional<Share> genuine(Stored<Share> row) {
    Share share = row.value();
    return genuine(row, share.canonical(keyring.tenant()), "secret_share", share.id());
  }

  /** The adoption, if the broker wrote it. */
  private Optional<Adoption> genuineAdoption(Stored<Adoption> row) {
    Adoption adoption = row.value();
    return genuine(row, adoption.canonical(keyring.tenant()), "adoption", adoption.id());
  }

  /** The adoption, if the broker wrote it, the share that it is under, and who is where. */
  Optional<Adoption> genuine(AdoptionRows.Candidate row) {
    return genuine(row.owner()) && genuine(row.adopter())
        ? genuine(row.share()).flatMap(share -> genuineAdoption(row.adoption()))
        : Optional.empty();
  }

  /** The same, with the head of its secret, which must be right then. */
  Optional<Adopted> genuine(AdoptionRows.Candidate row, Stored<Secret> head) {
    return genuine(row).map(adoption -> new Adopted(adoption, checked(head)));
  }

  private <T> Optional<T> genuine(Stored<T> row, Canonical content, String table, UUID id) {
    if (keyring.verifies(content, row.mac())) {
      return Optional.of(row.value());
    }
    meters.rowForged(table);
    log.error("event=row_forged table={} tenant={} row={}", table, keyring.tenant(), id);
    return Optional.empty();
  }
}
