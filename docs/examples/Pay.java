import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes one payment: java Pay.java BILLNUM AMOUNT (Java 17, no packages). Exit 0: paid. 1: not paid.
 * 2: refused. The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY.
 */
public class Pay {
  static final String URL = System.getenv().getOrDefault("PAY_URL", "http://127.0.0.1:3000");
  static final String KEY = System.getenv("PAY_KEY");
  static final int ASK_EVERY_MS = 2_000;
  /** Our fault or nobody's: what came of the call is not known, so it is repeated. */
  static final Set<String> UNDECIDED = Set.of("1", "50000", "50300");

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
      try {
        String answer =
            CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        String errcode = member("errcode", answer);
        if (errcode != null && !UNDECIDED.contains(errcode)) return answer;
      } catch (IOException noAnswer) {
        // Like errcode 1: perhaps it was done, so the same call is made again.
      }
      Thread.sleep(ASK_EVERY_MS);
    }
  }

  /** A member of an answer; names are unique in it. A real program has a JSON reader. */
  static String member(String name, String answer) {
    Matcher found = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(answer);
    return found.find() ? found.group(1) : null;
  }

  public static void main(String[] arguments) throws InterruptedException {
    String bill = "\"billnum\":\"" + arguments[0] + "\",\"billtype\":\"1\",\"paytype\":\"98\"";
    // The amount as text: no float can change it.
    String scan = "{" + bill + ",\"body\":\"ticket\",\"paymentvalue\":\"" + arguments[1] + "\"}";
    String answer = call("ScanCode", scan);
    String errcode = member("errcode", answer);
    // 40901: paid already; the tag names the receipt to be asked for.
    if (!Set.of("0", "40901").contains(errcode)) refused(answer);
    if (errcode.equals("0")) {
      System.out.println("show as a QR code: " + member("codeurl", answer));
    }
    String query = "{" + bill + ",\"autoid\":\"" + member("autoid", answer) + "\"}";
    while (true) {
      answer = call("Query", query);
      if (!"0".equals(member("errcode", answer))) refused(answer);
      String status = member("paystatus", answer);
      if ("SUCCESS".equals(status)) {
        System.out.println("paid: SUCCESS");
        System.exit(0);
      }
      if (!Set.of("NOTPAY", "USERPAYING").contains(status)) {
        System.out.println("not paid: " + status);
        System.exit(1);
      }
      Thread.sleep(ASK_EVERY_MS);
    }
  }

  static void refused(String answer) {
    System.err.println("refused: " + answer);
    System.exit(2);
  }
}
