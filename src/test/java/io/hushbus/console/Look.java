package io.hushbus.console;

/** The window that a page is looked at in, in CSS pixels. */
record Look(int width, int height, boolean dark) {

  static final Look DESK = new Look(1440, 900, false);
  static final Look DESK_DARK = new Look(1440, 900, true);
  static final Look HAND = new Look(360, 740, false);
  static final Look HAND_DARK = new Look(360, 740, true);

  /** For names of files. */
  String word() {
    return width + (dark ? "-dark" : "");
  }
}
