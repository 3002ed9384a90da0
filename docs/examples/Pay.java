import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes one payment: java Pay.java BILLNUM AMOUNT (Java 17, no packages). Exit 0: paid. 1: not paid.
 * 2: refused. 3: broken off, nothing is known. The address is in PAY_URL, the key (where keys are
 * asked for) in PAY_KEY. The last receipt of each bill is kept in the file PAY_KEPT (pay.kept).
 */
public class Pay {
  static final String URL = System.getenv().getOrDefault("PAY_URL", "http://127.0.0.1:3000");
  static final String KEY = System.getenv("PAY_KEY");
  static final Path KEPT = Path.of(System.getenv().getOrDefault("PAY_KEPT", "pay.kept"));
  static final int ASK_EVERY_MS = 2_000;
  static final int LONGEST_WAIT_MS = 300_000;
  /** What came of the call is not known yet: it is repeated, after Retry-After if that is said. */
  static final Set<String> UNDECIDED = Set.of("1", "42900", "50000", "50300", "50301");
  /** A key is being changed, perhaps: of a code that was shown this tells nothing. */
  static final Set<String> TELLS_NOTHING = Set.of("40100", "40300", "50201");

  static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Repeats a call, with the very same members, until its outcome is known. */
  static String call(String operation, String members) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(URL + "/api/3Pay/AliPay/" + operation))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(members));
    if (KEY != null) request.header("X-Api-Key", KEY);
    while (true) {
      int waitMs = ASK_EVERY_MS;
      try {
        HttpResponse<String> reply =
            CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        String errcode = member("errcode", reply.body());
        boolean undecided =
            errcode == null
                || UNDECIDED.contains(errcode)
                || (operation.equals("Query") && TELLS_NOTHING.contains(errcode));
        if (!undecided) return reply.body();
        waitMs = Math.max(waitMs, retryAfterMs(reply));
      } catch (IOException noAnswer) {
        // Like errcode 1: perhaps it was done, so the same call is made again.
      }
      System.err.println("outcome unknown: take no cash yet"); // For the people at the till.
      Thread.sleep(waitMs);
    }
  }

  static int retryAfterMs(HttpResponse<String> reply) {
    String asked = reply.headers().firstValue("Retry-After").orElse("");
    if (!asked.matches("\\d{1,6}")) return 0;
    return Math.min(Integer.parseInt(asked) * 1000, LONGEST_WAIT_MS);
  }

  /** A member of an answer; names are unique in it. A real program has a JSON reader. */
  static String member(String name, String answer) {
    Matcher found = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(answer);
    return found.find() ? found.group(1) : null;
  }

  /** How a receipt stands: its paystatus. */
  static String query(String bill, String autoid) throws InterruptedException {
    String answer = call("Query", "{" + bill + ",\"autoid\":\"" + autoid + "\"}");
    if (!"0".equals(member("errcode", answer))) refused(answer);
    return String.valueOf(member("paystatus", answer));
  }

  /** Asks until it is decided. What is not known never ends this. */
  static void watch(String bill, String autoid) throws InterruptedException {
    while (true) {
      String status = query(bill, autoid);
      if (status.equals("SUCCESS")) {
        System.out.println("paid: SUCCESS");
        System.exit(0);
      }
      if (!Set.of("NOTPAY", "USERPAYING", "null").contains(status)) {
        System.out.println("not paid: " + status);
        System.exit(1);
      }
      Thread.sleep(ASK_EVERY_MS);
    }
  }

  /** The receipt that was begun last on a bill, or null. A real till has it in its database. */
  static String lastAutoid(String billnum) throws IOException {
    String last = null;
    if (!Files.exists(KEPT)) return null;
    for (String line : Files.readAllLines(KEPT)) {
      if (line.startsWith(billnum + "\t")) last = line.substring(billnum.length() + 1);
    }
    return last;
  }

  static void keep(String billnum, String autoid) throws IOException {
    Files.writeString(
        KEPT,
        billnum + "\t" + autoid + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.SYNC);
  }

  static void take(String... arguments) throws InterruptedException, IOException {
    String billnum = arguments[0];
    String bill = "\"billnum\":\"" + billnum + "\",\"billtype\":\"1\",\"paytype\":\"98\"";
    String autoid = lastAutoid(billnum);
    // After a break: the last receipt may have been paid unseen. Only then ask for a code.
    if (autoid != null && Set.of("SUCCESS", "REFUND").contains(query(bill, autoid))) {
      watch(bill, autoid);
    }
    // The amount as text: no float can change it.
    String scan = "{" + bill + ",\"body\":\"ticket\",\"paymentvalue\":\"" + arguments[1] + "\"}";
    String answer = call("ScanCode", scan);
    String errcode = member("errcode", answer);
    // 40901: paid already; the tag names the receipt to be asked for.
    if (!Set.of("0", "40901").contains(errcode)) refused(answer);
    autoid = member("autoid", answer);
    keep(billnum, autoid); // Before anybody can pay.
    if (errcode.equals("0")) {
      System.out.println("show as a QR code: " + member("codeurl", answer));
    }
    watch(bill, autoid);
  }

  static void refused(String answer) {
    System.err.println("refused: " + answer);
    System.exit(2);
  }

  public static void main(String[] arguments) {
    try {
      take(arguments);
    } catch (Throwable broken) { // A full disk, perhaps. Not 1: it may be paid.
      broken.printStackTrace();
      System.err.println("broken off, outcome unknown: no cash yet");
    }
    System.exit(3);
  }
}
