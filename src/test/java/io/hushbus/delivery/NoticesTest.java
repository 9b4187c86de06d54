package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.EventPosition;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class NoticesTest {

  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final UUID EVENT = new UUID(3, 4);

  private final Cursors cursors =
      new Cursors(SecretValue.ofText("0123456789abcdef0123456789abcdef"));
  private final Notices notices = new Notices(cursors);

  @Test
  void an_event_looks_as_cloudevents_say() {
    Notice notice = notices.encode(event("secrets/7", "{\"version\": 3}"));

    assertThat(notice.json().toString())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"00000000-0000-0003-0000-000000000004\","
                + "\"source\":\"/tenants/00000000-0000-0001-0000-000000000002\","
                + "\"type\":\"io.hushbus.secret.deleted.v1\",\"subject\":\"secrets/7\","
                + "\"time\":\"2026-11-21T08:00:00.000Z\",\"datacontenttype\":\"application/json\","
                + "\"tenantid\":\"00000000-0000-0001-0000-000000000002\",\"sequence\":\"42\","
                + "\"data\":{\"version\": 3}}");
  }

  @Test
  void a_frame_has_its_cursor_its_type_and_one_line_of_data() {
    Notice notice = notices.encode(event("secrets/7", "{\"version\": 3}"));

    assertThat(notice.frame().toString())
        .isEqualTo(
            "id: "
                + cursors.text(TENANT, new EventPosition(1, 42))
                + "\nevent: io.hushbus.secret.deleted.v1\ndata: "
                + notice.json()
                + "\n\n");
  }

  @Test
  void a_text_from_a_foreign_hand_cannot_leave_its_line() {
    String hostile = "secrets/7\"\n\ndata: {}\n\\";

    Notice notice = notices.encode(event(hostile, "{}"));

    assertThat(notice.frame().toString().lines()).hasSize(4);
    assertThat(new JsonObject(notice.json()).getString("subject")).isEqualTo(hostile);
  }

  @Test
  void the_last_words_tell_where_to_go_on() {
    String cursor = cursors.text(TENANT, new EventPosition(1, 42));

    assertThat(
            notices
                .close(Ink.of(TENANT), CloseReason.STOPPING, new EventPosition(1, 42))
                .toString())
        .isEqualTo(
            "id: %s\nevent: stream.close\ndata: {\"reason\":\"stopping\",\"cursor\":\"%s\"}\n\n"
                .formatted(cursor, cursor));
  }

  @Test
  void who_lost_its_rights_gets_no_cursor() {
    assertThat(
            notices
                .close(Ink.of(TENANT), CloseReason.RIGHTS_LOST, new EventPosition(1, 42))
                .toString())
        .isEqualTo("event: stream.close\ndata: {\"reason\":\"rights_lost\"}\n\n");
  }

  @Test
  void what_is_not_named_may_be_touched_where_there_is_more() {
    assertThat(touching("[\"a\", \"b\"]").touches("b")).isTrue();
    assertThat(touching("[\"a\", \"b\"]").touches("c")).isFalse();
    assertThat(touching("[\"a\", \"*\"]").touches("c")).isTrue();
  }

  private Notice touching(String secretIds) {
    return notices.encode(event("runs/7", "{}", Optional.of(secretIds)));
  }

  private static LoggedEvent event(String subject, String data) {
    return event(subject, data, Optional.empty());
  }

  private static LoggedEvent event(String subject, String data, Optional<String> secretIds) {
    return new LoggedEvent(
        TENANT,
        new EventPosition(1, 42),
        EVENT,
        "io.hushbus.secret.deleted.v1",
        subject,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        secretIds,
        Optional.empty(),
        Optional.empty(),
        data,
        Instant.parse("2026-11-21T08:00:00Z"));
  }
}
