package io.hushbus.tenant;

/** The database has its tables, but no installation was made in it yet. */
public final class NotInstalled extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotInstalled() {
    super("This database holds no installation yet: run `hushbus init`.", null, false, false);
  }
}
