package io.hushbus.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.WebError;
import io.hushbus.support.Canary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/**
 * Sees what a browser does and keeps: errors of its log and pages, requests and their answers,
 * storage, and what stands in pages. Judges it against the rules that hold in every test: nothing
 * breaks, nobody but the broker is asked, nothing is stored, and canaries and keys are nowhere but
 * where values must pass.
 */
final class Witness {

  /** Where a value may be sent, and where one may be answered. */
  private static final Pattern TAKES_VALUES =
      Pattern.compile("/api/v1/(secrets|leases|environments|rotations|auth/token)(/.*)?(\\?.*)?");

  private static final Pattern GIVES_VALUES = Pattern.compile("/api/v1/secrets/[^/?]+/value\\?.*");
  private static final Pattern STREAM = Pattern.compile("/api/v1/events\\?.*");

  /** All that a page says or holds, as one text. */
  private static final String EVERYTHING =
      """
      () => {
        const said = [location.href, document.title, window.name, JSON.stringify(history.state)];
        const look = root => {
          said.push(root.innerHTML);
          for (const one of root.querySelectorAll('*')) {
            if ('value' in one && typeof one.value === 'string') said.push(one.value);
            if (one.shadowRoot) look(one.shadowRoot);
            if (one.tagName === 'TEMPLATE') look(one.content);
          }
        };
        look(document.documentElement);
        for (const entry of performance.getEntries()) said.push(entry.name);
        return said.join('\\n');
      }
      """;

  private static final String STORED =
      """
      async () => {
        const kept = [];
        for (const [name, store] of [['local', localStorage], ['session', sessionStorage]]) {
          for (let i = 0; i < store.length; i++) kept.push(name + ' storage: ' + store.key(i));
        }
        if (globalThis.caches) for (const name of await caches.keys()) kept.push('cache: ' + name);
        for (const one of await indexedDB.databases()) kept.push('database: ' + one.name);
        for (const one of await navigator.serviceWorker?.getRegistrations() ?? []) {
          kept.push('worker: ' + one.scope);
        }
        if (document.cookie) kept.push('cookie');
        return kept;
      }
      """;

  private static final String VIOLATIONS =
      """
      addEventListener('securitypolicyviolation', event =>
        console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI
          + ' ' + event.sourceFile + ':' + event.lineNumber));
      """;

  private record Refusal(int status, String text) {}

  private final String address;
  private final BrowserContext context;
  private final List<String> troubles = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<String> traffic = new ArrayList<>();
  private final ConcurrentLinkedQueue<Request> finished = new ConcurrentLinkedQueue<>();
  private final Set<String> others = new HashSet<>();
  private final Set<Integer> expected = new HashSet<>();
  private final Set<String> keys = new HashSet<>();
  private final Set<String> expectedLog = new HashSet<>();
  private boolean cutsExpected;
  private long bytes;

  Witness(BrowserContext context, String address) {
    this.context = context;
    this.address = address;
    context.addInitScript(VIOLATIONS);
    context.onConsoleMessage(this::logged);
    context.onWebError(this::thrown);
    context.onRequest(this::sent);
    context.onResponse(this::answered);
    context.onRequestFinished(finished::add);
    context.onRequestFailed(this::failed);
  }

  void expect(int... statuses) {
    for (int status : statuses) {
      expected.add(status);
    }
  }

  void expectLog(String... texts) {
    expectedLog.addAll(List.of(texts));
  }

  void expectCuts() {
    cutsExpected = true;
  }

  /** Another origin that the page may ask in this test. */
  void knows(String origin) {
    others.add(origin);
  }

  /** A key that must be nowhere but in the header of requests. */
  void mustNotSee(String key) {
    if (!key.isEmpty()) {
      keys.add(key);
    }
  }

  private void logged(ConsoleMessage message) {
    boolean wrong = message.type().equals("error") || message.type().equals("warning");
    boolean ofRequest =
        message.text().startsWith("Failed to load resource")
            || expectedLog.stream().anyMatch(message.text()::contains);
    traffic.add("log " + message.text());
    if (wrong && !ofRequest) {
      troubles.add(message.type() + " in the log: " + message.text() + " " + message.location());
    }
  }

  private void thrown(WebError error) {
    traffic.add("error " + error.error());
    troubles.add("thrown and not caught: " + error.error());
  }

  private void sent(Request request) {
    String url = request.url();
    boolean known = url.startsWith(address + "/") || others.stream().anyMatch(url::startsWith);
    if (!known && !url.startsWith("data:") && !url.equals("about:blank")) {
      troubles.add("somebody else was asked: " + url);
    }
    traffic.add("url " + url);
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      if (!header.getKey().equals("authorization")) {
        traffic.add("header " + header.getKey() + " " + header.getValue());
      }
    }
    String body = request.postData();
    if (body != null && !TAKES_VALUES.matcher(path(url)).matches()) {
      traffic.add("body for " + url + " " + body);
    }
  }

  private void answered(Response response) {
    if (response.status() >= 400) {
      String asked = response.request().method() + " " + response.url();
      refusals.add(new Refusal(response.status(), asked + " answered " + response.status()));
    }
  }

  private void failed(Request request) {
    boolean given = "net::ERR_ABORTED".equals(request.failure());
    if (!given && !cutsExpected) {
      troubles.add(request.method() + " " + request.url() + " failed: " + request.failure());
    }
  }

  /** Reads the answers that have come: at the latest before the page is left. */
  void gather() {
    for (Request request = finished.poll(); request != null; request = finished.poll()) {
      Response response = request.existingResponse();
      if (response == null || response.status() / 100 == 3) {
        continue;
      }
      traffic.add("answer headers of " + request.url() + " " + response.headers());
      String path = path(request.url());
      if (!GIVES_VALUES.matcher(path).matches() && !STREAM.matcher(path).matches()) {
        traffic.add("answer of " + request.url() + " " + body(response));
      }
    }
  }

  private String body(Response response) {
    try {
      byte[] content = response.body();
      bytes += content.length;
      return new String(content, UTF_8);
    } catch (PlaywrightException gone) {
      return ""; // the page was left meanwhile
    }
  }

  /** Bytes of the answers gathered so far, unpacked. */
  long bytes() {
    return bytes;
  }

  /** The canaries and keys that stand in a page now. */
  List<String> sightings(Page page) {
    return among(List.of((String) page.evaluate(EVERYTHING)), "page");
  }

  /** What a page has stored; each of it is one too many. */
  List<String> kept(Page page) {
    List<String> all = new ArrayList<>();
    ((List<?>) page.evaluate(STORED)).forEach(one -> all.add("kept: " + one));
    context.cookies().stream()
        .filter(cookie -> address.contains(cookie.domain))
        .forEach(cookie -> all.add("kept: cookie " + cookie.name));
    return all;
  }

  List<String> troubles() {
    gather();
    List<String> all = new ArrayList<>(troubles);
    refusals.stream()
        .filter(refusal -> !expected.contains(refusal.status()))
        .forEach(refusal -> all.add(refusal.text()));
    all.addAll(among(traffic, "traffic"));
    return all;
  }

  private List<String> among(List<String> texts, String place) {
    List<String> found = new ArrayList<>(Canary.sightings(texts, place));
    for (String text : texts) {
      if (keys.stream().anyMatch(text::contains)) {
        found.add("a key in " + place + ": " + text.substring(0, Math.min(80, text.length())));
      }
    }
    return found;
  }

  private String path(String url) {
    return url.startsWith(address) ? url.substring(address.length()) : url;
  }
}
