package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.hushbus.model.Role;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Takes the pictures of {@code docs/screenshots}: each view on a desk and in a hand. Run by {@code
 * -Dscreenshots=true}; the pictures are looked at and committed by whoever changes a view.
 */
final class ScreenshotsIT {

  private static final Path PICTURES =
      Path.of(System.getProperty("hushbus.home", "."), "docs", "screenshots");
  private static final int MOST_BYTES = 60 * 1024;
  private static final int COLOURS = 255;
  private static final int LEAST_COLOURS = 20;

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  private static final Map<String, String> VIEWS = new LinkedHashMap<>();

  static {
    VIEWS.put("overview", "#/overview");
    VIEWS.put("secrets", "#/secrets?project=demo");
    VIEWS.put("secret", "#/secrets/s3-archive?project=demo");
    VIEWS.put("create-secret", "#/secrets/-/create?project=demo");
    VIEWS.put("rotations", "#/rotations?project=demo");
    VIEWS.put("holders", "#/rotations/holders/db-password?project=demo");
    VIEWS.put("environments", "#/environments/train?project=demo");
    VIEWS.put("runs", "#/runs?project=demo");
    VIEWS.put("events", "#/events");
    VIEWS.put("access", "#/access");
    VIEWS.put("audit", "#/audit/records");
  }

  @Test
  void every_view_on_a_desk_and_in_a_hand() throws IOException {
    Assumptions.assumeTrue(
        Boolean.getBoolean("screenshots"), "left out: run with -Dscreenshots=true");
    Files.createDirectories(PICTURES);
    try (var inhabited = new Inhabited(WORLD)) {
      String going = going();
      for (Look look : new Look[] {Look.DESK, Look.HAND}) {
        take(WORLD.visit(look), "sign-in", look);
        Visit admin = WORLD.visit(look).signIn(WORLD.key(Role.ADMIN));
        assertThat(admin.page().getByText("Live", exact())).isVisible();
        for (Map.Entry<String, String> view : VIEWS.entrySet()) {
          Tour.arrive(admin, view.getValue());
          take(admin, view.getKey(), look);
        }
        Tour.arrive(admin, "#/rotations/" + going + "?project=demo");
        admin.says("5 moved").says("1 failed");
        take(admin, "rotation", look);
        Tour.arrive(admin, "#/audit/chain");
        admin.button("Verify the chain").click();
        admin.says(Pattern.compile("^Whole until record \\d+$"));
        take(admin, "verify", look);
        Visit operator = WORLD.visit(look).signIn(WORLD.key(Role.OPERATOR));
        Tour.arrive(operator, "#/operator");
        take(operator, "operator", look);
      }
      Visit dark = WORLD.visit(Look.DESK_DARK).signIn(WORLD.key(Role.ADMIN));
      Tour.arrive(dark, "#/rotations/" + going + "?project=demo");
      take(dark, "rotation", Look.DESK_DARK);
    }
  }

  private static Page.GetByTextOptions exact() {
    return new Page.GetByTextOptions().setExact(true);
  }

  /** The rotation that waits for its holders. */
  private static String going() {
    return WORLD
        .as(Role.ADMIN)
        .get("/secrets?project=demo&use=true&name_prefix=db-password")
        .expect(200)
        .json()
        .getJsonArray("secrets")
        .getJsonObject(0)
        .getString("rotation");
  }

  private static void take(Visit visit, String name, Look look) throws IOException {
    byte[] taken = visit.page().screenshot(new Page.ScreenshotOptions());
    BufferedImage full = ImageIO.read(new ByteArrayInputStream(taken));
    byte[] small = png(reduced(full, COLOURS));
    for (int fewer = COLOURS / 2; small.length >= MOST_BYTES && fewer > LEAST_COLOURS; fewer /= 2) {
      small = png(reduced(full, fewer));
    }
    assertThat(small.length).as(name).isLessThan(MOST_BYTES);
    Files.write(PICTURES.resolve(name + "-" + look.word() + ".png"), small);
  }

  /** With a palette of its most frequent colours; the others take the nearest of those. */
  private static BufferedImage reduced(BufferedImage full, int colours) {
    int width = full.getWidth();
    int height = full.getHeight();
    int[] pixels = full.getRGB(0, 0, width, height, null, 0, width);
    Map<Integer, Integer> often = new HashMap<>();
    for (int pixel : pixels) {
      often.merge(pixel & 0xffffff, 1, Integer::sum);
    }
    int[] palette =
        often.entrySet().stream()
            .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
            .limit(colours)
            .mapToInt(Map.Entry::getKey)
            .toArray();
    Map<Integer, Byte> places = new HashMap<>();
    often.keySet().forEach(colour -> places.put(colour, (byte) nearest(colour, palette)));
    var model =
        new IndexColorModel(
            8, palette.length, palette, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model);
    byte[] data = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      data[i] = places.getOrDefault(pixels[i] & 0xffffff, (byte) 0);
    }
    image.getRaster().setDataElements(0, 0, width, height, data);
    return image;
  }

  private static int nearest(int colour, int[] palette) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < palette.length; i++) {
      int red = (colour >> 16 & 0xff) - (palette[i] >> 16 & 0xff);
      int green = (colour >> 8 & 0xff) - (palette[i] >> 8 & 0xff);
      int blue = (colour & 0xff) - (palette[i] & 0xff);
      int distance = red * red + green * green + blue * blue;
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    var out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam most = writer.getDefaultWriteParam();
      most.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      most.setCompressionQuality(0);
      writer.write(null, new IIOImage(image, null, null), most);
    }
    writer.dispose();
    return out.toByteArray();
  }
}
