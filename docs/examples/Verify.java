import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Takes one callback: java Verify.java ID TIMESTAMP SIGNATURE < BODY.
 *
 * Exit 0: genuine, act on it. 1: refuse it (401). 3: known, answer 2xx and do nothing.
 * CALLBACK_SECRET is whsec_...; ids that were taken are kept in the file CALLBACK_SEEN
 * (callbacks.seen), where your system has a table with a unique key. Java 11, no packages.
 */
public class Verify {
    private static final long TOLERANCE_S = 5 * 60;

    /** Does a signature hold over the bytes as they came, and is it of our time? */
    static boolean isGenuine(
            String secret, String id, String timestamp, String signatures, byte[] body)
            throws GeneralSecurityException {
        if (!timestamp.matches("\\d{1,12}")) return false;
        long ageS = Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp));
        if (ageS > TOLERANCE_S) return false;
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        boolean holds = false;
        // Two while a secret changes; each is compared in constant time.
        for (String one : signatures.split(" ")) {
            holds |= MessageDigest.isEqual(
                    one.getBytes(StandardCharsets.UTF_8),
                    expected.getBytes(StandardCharsets.UTF_8));
        }
        return holds;
    }

    /** Notes the id. In your system: an insert under a unique key, in the unit that books it. */
    static boolean seenBefore(String id) throws IOException {
        Path seen = Path.of(System.getenv().getOrDefault("CALLBACK_SEEN", "callbacks.seen"));
        if (Files.exists(seen) && Files.readAllLines(seen).contains(id)) return true;
        Files.writeString(seen, id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return false;
    }

    /** A member of the flat `data`; your JSON library does this better. */
    static String member(String body, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(body);
        return found.find() ? found.group(1) : "";
    }

    public static void main(String[] words) throws Exception {
        byte[] body = System.in.readAllBytes();
        String secret = System.getenv("CALLBACK_SECRET");
        if (!isGenuine(secret, words[0], words[1], words[2], body)) {
            System.out.println("refused");
            System.exit(1);
        }
        if (seenBefore(words[0])) {
            System.out.println("known");
            System.exit(3);
        }
        String text = new String(body, StandardCharsets.UTF_8);
        // The state decides, never the type.
        System.out.println(String.join(" ", "taken", member(text, "billnum"),
                member(text, "autoid"), member(text, "paystatus"), member(text, "seq")));
    }
}
