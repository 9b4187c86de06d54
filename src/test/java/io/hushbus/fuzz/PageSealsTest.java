package io.hushbus.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.access.PageSeals;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** A page token opens for what it was made for, and nothing else is one. */
class PageSealsTest {

  private static final PageSeals SEALS = new PageSeals(SecretValue.ofText("a key of some bytes"));
  private static final UUID TENANT = new UUID(1, 1);
  private static final UUID ACCOUNT = new UUID(2, 2);
  private static final Map<String, List<String>> FILTERS =
      Map.of("project", List.of("demo"), "label", List.of("a=b", "c=d"), "q", List.of());
  private static final PageSeals.Listing LISTING = listing(TENANT, ACCOUNT, "secrets", FILTERS);
  private static final byte[] PLACE = "db-password".getBytes(StandardCharsets.UTF_8);
  private static final String TOKEN = SEALS.seal(LISTING, PLACE);

  private static PageSeals.Listing listing(
      UUID tenant, UUID account, String list, Map<String, List<String>> filters) {
    Caller caller =
        new Caller(
            new TenantId(tenant),
            "acme",
            new Principal(Principal.Kind.SERVICE_ACCOUNT, account),
            "app",
            List.of(),
            Long.MAX_VALUE);
    return new PageSeals.Listing(caller, list, new TreeMap<>(filters));
  }

  @Property
  void any_place_comes_back(@ForAll @Size(max = 200) byte[] place) {
    assertThat(SEALS.open(LISTING, SEALS.seal(LISTING, place))).contains(place);
  }

  @Property
  void any_text_is_no_token(@ForAll @StringLength(max = 600) String text) {
    assertThat(SEALS.open(LISTING, text)).isEmpty();
  }

  @Property
  void any_bytes_are_no_token(@ForAll @Size(max = 300) byte[] bytes) {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    assertThat(SEALS.open(LISTING, text)).isEmpty();
  }

  @Property
  void a_token_with_a_character_changed_is_none(
      @ForAll @IntRange(max = 500) int at, @ForAll char with) {
    StringBuilder changed = new StringBuilder(TOKEN);
    changed.setCharAt(at % TOKEN.length(), with);
    assertThat(SEALS.open(LISTING, changed.toString()).isPresent())
        .isEqualTo(changed.toString().equals(TOKEN));
  }

  @Property
  void a_token_cut_or_lengthened_is_none(@ForAll @IntRange(max = 300) int length) {
    String other = (TOKEN + "A".repeat(300)).substring(0, length);
    assertThat(SEALS.open(LISTING, other).isPresent()).isEqualTo(other.equals(TOKEN));
  }

  @Example
  void a_token_is_good_for_one_tenant_one_caller_one_list_and_its_filters() {
    for (PageSeals.Listing other :
        List.of(
            listing(new UUID(1, 2), ACCOUNT, "secrets", FILTERS),
            listing(TENANT, new UUID(2, 3), "secrets", FILTERS),
            listing(TENANT, ACCOUNT, "projects", FILTERS),
            listing(TENANT, ACCOUNT, "secrets", Map.of()),
            listing(TENANT, ACCOUNT, "secrets", with("project", "other")),
            listing(TENANT, ACCOUNT, "secrets", with("q", "x")),
            listing(TENANT, ACCOUNT, "secrets", with("label", "a=b")),
            listing(TENANT, ACCOUNT, "secrets", with("label", "a=b", "c", "=d")),
            listing(TENANT, ACCOUNT, "secrets", with("label", "c=d", "a=b")))) {
      assertThat(SEALS.open(other, TOKEN)).isEmpty();
    }
  }

  @Example
  void a_token_of_another_key_is_none() {
    PageSeals others = new PageSeals(SecretValue.ofText("another key"));
    assertThat(SEALS.open(LISTING, others.seal(LISTING, PLACE))).isEmpty();
  }

  @Example
  void the_longest_place_makes_a_token_that_the_contract_takes() {
    assertThat(SEALS.seal(LISTING, new byte[100])).hasSizeLessThan(512).matches("[A-Za-z0-9_-]+");
  }

  private static Map<String, List<String>> with(String name, String... texts) {
    Map<String, List<String>> filters = new TreeMap<>(FILTERS);
    filters.put(name, List.of(texts));
    return filters;
  }
}
