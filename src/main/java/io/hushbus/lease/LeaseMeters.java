package io.hushbus.lease;

/** What this package tells about itself; must not block. */
public interface LeaseMeters {

  /** Tells nobody. */
  LeaseMeters NONE =
      new LeaseMeters() {
        @Override
        public void granted(int leases) {}

        @Override
        public void committed(int asks) {}

        @Override
        public void revoked(int leases) {}
      };

  /** Leases that were granted and whose values were handed out. */
  void granted(int leases);

  /** One commit carried that many asks. */
  void committed(int asks);

  /** So many living leases were revoked, as far as they were counted. */
  void revoked(int leases);
}
