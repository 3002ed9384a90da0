// Takes one payment. .NET 6 or later: put it into a console project, then
// `dotnet run BILLNUM AMOUNT`. Exit 0: paid. 1: not paid. 2: refused.
// The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY.
using System.Net.Http.Json;
using System.Text.Json;

var url = Environment.GetEnvironmentVariable("PAY_URL") ?? "http://127.0.0.1:3000";
var key = Environment.GetEnvironmentVariable("PAY_KEY");
var askEvery = TimeSpan.FromSeconds(2);
// Our fault or nobody's: what came of the call is not known, so it is repeated.
var undecided = new HashSet<int> { 1, 50000, 50300 };

using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
if (key != null) client.DefaultRequestHeaders.Add("X-Api-Key", key);
client.DefaultRequestHeaders.Add("Accept", "application/json");

// Repeats a call, with the very same members, until its outcome is known.
async Task<Envelope> Call(string operation, object members)
{
    while (true)
    {
        try
        {
            var reply = await client.PostAsJsonAsync($"{url}/api/3Pay/AliPay/{operation}", members);
            var answer = await reply.Content.ReadFromJsonAsync<Envelope>();
            if (answer != null && !undecided.Contains(answer.errcode)) return answer;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            // No answer is like errcode 1: perhaps it was done, so the same call is made again.
        }
        await Task.Delay(askEvery);
    }
}

var (bill, amount) = (args[0], args[1]);
// The amount as text: no float can change it. A decimal is as good.
var code = await Call("ScanCode", new
{
    billnum = bill, billtype = "1", body = "ticket", paytype = "98", paymentvalue = amount,
});
// 40901: paid already; the tag names the receipt to be asked for.
if (code.tag == null || (code.errcode != 0 && code.errcode != 40901))
{
    Console.Error.WriteLine($"refused: {code.errcode} {code.errmsg}");
    return 2;
}
if (code.errcode == 0) Console.WriteLine($"show as a QR code: {code.tag.codeurl}");

while (true)
{
    var query = new { billnum = bill, autoid = code.tag.autoid, billtype = "1", paytype = "98" };
    var answer = await Call("Query", query);
    if (answer.errcode != 0)
    {
        Console.Error.WriteLine($"refused: {answer.errcode} {answer.errmsg}");
        return 2;
    }
    var status = answer.tag?.paystatus;
    if (status == "SUCCESS")
    {
        Console.WriteLine("paid: SUCCESS");
        return 0;
    }
    if (status is not ("NOTPAY" or "USERPAYING"))
    {
        Console.WriteLine($"not paid: {status}");
        return 1;
    }
    await Task.Delay(askEvery);
}

record Tag(string? billnum, string? autoid, string? codeurl, string? paystatus);
record Envelope(int errcode, string? errmsg, Tag? tag);
