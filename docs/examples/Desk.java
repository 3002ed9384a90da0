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
 * What a desk does, of bills of type 1 paid by 97 (Java 17, no packages):
 *
 * <pre>
 * java Desk.java charge BILLNUM AMOUNT CODE            charges the code on a guest's phone
 * java Desk.java cancel BILLNUM AUTOID                 undoes a receipt, paid or not
 * java Desk.java refund BILLNUM AUTOID BATCHNO AMOUNT  gives money back
 * </pre>
 *
 * Exit 0: paid, undone, returned. 1: it is not, finally. 2: refused. 3: broken off, nothing is
 * known. The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY, the last receipt
 * of each charged bill in the file PAY_KEPT (pay.kept). A guest who does not type the password
 * within PAY_PATIENCE_S (60) is given up: Cancel. Keep BATCHNO before the first call: the same
 * number is the same refund, however often it is sent.
 */
public class Desk {
  static final String URL = System.getenv().getOrDefault("PAY_URL", "http://127.0.0.1:3000");
  static final String KEY = System.getenv("PAY_KEY");
  static final Path KEPT = Path.of(System.getenv().getOrDefault("PAY_KEPT", "pay.kept"));
  static final Duration PATIENCE =
      Duration.ofSeconds(Long.parseLong(System.getenv().getOrDefault("PAY_PATIENCE_S", "60")));
  static final int ASK_EVERY_MS = 2_000;
  static final int LONGEST_WAIT_MS = 300_000;
  /** What came of the call is not known yet: it is repeated, after Retry-After if that is said. */
  static final Set<Integer> UNDECIDED = Set.of(1, 42900, 50000, 50300, 50301);
  /** The key is being changed, perhaps: of what may have arrived this tells nothing. */
  static final Set<Integer> NOT_LET_IN = Set.of(40100, 40300);
  /** Nor does Alipay's refusal of the service's own keys tell of a receipt that is asked after. */
  static final int KEYS_REFUSED = 50201;

  static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What came of one call, and how long to wait before another. No answer is like errcode 1. */
  record Answer(String text, int waitMs) {
    int errcode() {
      String errcode = member("errcode");
      return errcode == null ? 1 : Integer.parseInt(errcode);
    }

    /** A member; names are unique in an answer. A real program has a JSON reader. */
    String member(String name) {
      Matcher found = Pattern.compile("\"" + name + "\":(?!null)\"?([^\",}]*)").matcher(text);
      return found.find() ? found.group(1) : null;
    }

    /** How it stands; empty when the answer does not tell. */
    String status(String name) {
      String status = errcode() == 0 ? member(name) : null;
      return status == null ? "" : status;
    }
  }

  static Answer send(String operation, String members) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(URL + "/api/3Pay/AliPay/" + operation))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{" + members + "}"));
    if (KEY != null) request.header("X-Api-Key", KEY);
    try {
      HttpResponse<String> reply =
          CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String asked = reply.headers().firstValue("Retry-After").orElse("");
      int askedMs = asked.matches("\\d{1,6}") ? Integer.parseInt(asked) * 1000 : 0;
      int waitMs = Math.max(ASK_EVERY_MS, Math.min(askedMs, LONGEST_WAIT_MS));
      return new Answer(reply.body(), waitMs);
    } catch (IOException noAnswer) {
      return new Answer("", ASK_EVERY_MS); // Perhaps it was done.
    }
  }

  /** Names a receipt, or with the autoid left out a bill. */
  static String named(String... parts) {
    String autoid = parts.length < 2 ? "" : "\"autoid\":\"" + parts[1] + "\",";
    return "\"billnum\":\"" + parts[0] + "\"," + autoid + "\"billtype\":\"1\",\"paytype\":\"97\"";
  }

  /** Asks until it is decided. A guest who is too slow is given up; unknown ends nothing. */
  static int watch(String billnum, String autoid) throws InterruptedException {
    String operation = "Query";
    long patientSince = System.nanoTime();
    while (true) {
      Answer answer = send(operation, named(billnum, autoid));
      int errcode = answer.errcode();
      String status = answer.status("paystatus");
      if (status.equals("SUCCESS")) return end(0, "paid: SUCCESS");
      if (!Set.of("", "NOTPAY", "USERPAYING").contains(status)) {
        return end(1, "not paid: " + status);
      }
      boolean undecided = errcode == 0 || UNDECIDED.contains(errcode);
      if (operation.equals("Cancel") && !undecided) {
        operation = "Query"; // It is not undone: it may be paid.
        patientSince = System.nanoTime();
      } else if (!undecided && !NOT_LET_IN.contains(errcode) && errcode != KEYS_REFUSED) {
        return refused(answer);
      }
      if (status.isEmpty()) unknown("take");
      // Only what is known to wait for its guest. Once begun, Cancel is repeated until decided.
      boolean tooLong = System.nanoTime() - patientSince > PATIENCE.toNanos();
      if (!status.isEmpty() && tooLong) operation = "Cancel";
      Thread.sleep(answer.waitMs());
    }
  }

  static int charge(String billnum, String amount, String code)
      throws InterruptedException, IOException {
    String last = lastAutoid(billnum);
    if (last != null) {
      // After a break: the last receipt may have been paid unseen. Only then charge.
      String status = send("Query", named(billnum, last)).status("paystatus");
      if (!Set.of("PAYERROR", "CLOSED", "REVOKED").contains(status)) return watch(billnum, last);
    }
    // The amount as text: no float can change it.
    String members = named(billnum) + ",\"body\":\"ticket\"";
    members += ",\"paymentvalue\":\"" + amount + "\",\"barcode\":\"" + code + "\"";
    boolean arrived = false;
    while (true) {
      Answer answer = send("BarCode", members);
      int errcode = answer.errcode();
      String autoid = answer.member("autoid");
      // 0: it says how it stands. 1: not known yet. 40901: paid already. All name the receipt.
      if (autoid != null && Set.of(0, 1, 40901).contains(errcode)) {
        if (errcode == 1) unknown("take");
        keep(billnum, autoid);
        return watch(billnum, autoid);
      }
      if (!mayHaveArrived(errcode, arrived)) return refused(answer);
      arrived = true; // Perhaps. So the very same call is made again, and charges once.
      unknown("take");
      Thread.sleep(answer.waitMs());
    }
  }

  static int cancel(String billnum, String autoid) throws InterruptedException {
    boolean arrived = false;
    while (true) {
      Answer answer = send("Cancel", named(billnum, autoid));
      String status = answer.status("paystatus");
      if (status.equals("SUCCESS")) return end(1, "not undone: SUCCESS");
      if (!Set.of("", "NOTPAY", "USERPAYING").contains(status)) return end(0, "undone: " + status);
      if (!mayHaveArrived(answer.errcode(), arrived)) return refused(answer);
      arrived = true;
      unknown("give"); // The money may be on its way back.
      Thread.sleep(answer.waitMs());
    }
  }

  static int refund(String billnum, String autoid, String batchno, String amount)
      throws InterruptedException {
    String batch = named(billnum, autoid) + ",\"batchno\":\"" + batchno + "\"";
    String operation = "Refund";
    String members = batch + ",\"refundvalue\":\"" + amount + "\"";
    boolean arrived = false;
    while (true) {
      Answer answer = send(operation, members);
      String status = answer.status("refundstatus");
      if (status.equals("2")) return end(0, "returned: " + answer.member("refundvalue"));
      // Another try needs a new batchno.
      if (status.equals("9")) return end(1, "not returned: " + answer.text());
      if (!mayHaveArrived(answer.errcode(), arrived)) return refused(answer);
      arrived = true;
      unknown("give");
      // With a tag it is saved: it is asked after. Without one the very same call is made again.
      if (answer.errcode() == 1 && answer.member("batchno") != null) {
        operation = "RefundQuery";
        members = batch;
      }
      Thread.sleep(answer.waitMs());
    }
  }

  static boolean mayHaveArrived(int errcode, boolean arrived) {
    return errcode == 0 || UNDECIDED.contains(errcode) || (arrived && NOT_LET_IN.contains(errcode));
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

  /** For the people at the desk: what they must not do. */
  static void unknown(String take) {
    System.err.println("outcome unknown: " + take + " no cash yet");
  }

  static int end(int code, String text) {
    System.out.println(text);
    return code;
  }

  static int refused(Answer answer) {
    System.err.println("refused: " + answer.text());
    return 2;
  }

  static int run(String[] words) throws InterruptedException, IOException {
    switch (words.length == 0 ? "" : words[0] + " " + words.length) {
      case "charge 4":
        return charge(words[1], words[2], words[3]);
      case "cancel 3":
        return cancel(words[1], words[2]);
      case "refund 5":
        return refund(words[1], words[2], words[3], words[4]);
      default:
        System.err.println(
            "charge BILL AMOUNT CODE, cancel BILL AUTOID or refund BILL AUTOID BATCHNO AMOUNT");
        return 2;
    }
  }

  public static void main(String[] words) {
    int code = 3; // Not 1: it may be paid, or have gone back.
    try {
      code = run(words);
    } catch (Throwable broken) { // A full disk, perhaps.
      broken.printStackTrace();
      System.err.println("broken off, outcome unknown: no cash yet");
    }
    System.exit(code);
  }
}
