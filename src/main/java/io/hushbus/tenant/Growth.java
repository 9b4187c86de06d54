package io.hushbus.tenant;

/**
 * By how much a change makes what is kept for a tenant more, or with a minus, less.
 *
 * @param secrets living ones
 * @param versions whose payload is kept, in the trash too
 * @param bytes of these
 */
public record Growth(long secrets, long versions, long bytes) {

  public static final Growth NONE = new Growth(0, 0, 0);

  public Growth and(Growth more) {
    return new Growth(secrets + more.secrets, versions + more.versions, bytes + more.bytes);
  }
}
