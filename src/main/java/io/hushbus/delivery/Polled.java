package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import java.util.List;

/** What a poll found, and how far it looked. */
record Polled(List<Notice> notices, EventPosition at) {}
