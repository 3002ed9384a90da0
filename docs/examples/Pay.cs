// Takes one payment: Pay.exe BILLNUM AMOUNT. Exit 0: paid. 1: not paid. 2: refused. 3: broken off,
// nothing is known.
// .NET Framework 4.6.1 with its own csc (Mono: mcs), as below, or a console project of .NET 6 or
// later:  csc -r:System.Net.Http.dll -r:System.Runtime.Serialization.dll Pay.cs
// The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY. The last receipt of
// each bill is kept in the file PAY_KEPT (pay.kept).
using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Threading.Tasks;

[DataContract]
public class Tag
{
    [DataMember] public string autoid;
    [DataMember] public string codeurl;
    [DataMember] public string paystatus;
}

[DataContract]
public class Envelope
{
    [DataMember(IsRequired = true)] public int errcode;
    [DataMember] public string errmsg;
    [DataMember] public Tag tag;
}

/// <summary>The members of ScanCode and of Query; what is not set is not sent.</summary>
[DataContract]
public class Members
{
    [DataMember] public string billnum;
    [DataMember] public string billtype = "1";
    [DataMember] public string paytype = "98";
    [DataMember(EmitDefaultValue = false)] public string body;
    // The amount as text: no float can change it. A decimal is as good.
    [DataMember(EmitDefaultValue = false)] public string paymentvalue;
    [DataMember(EmitDefaultValue = false)] public string autoid;
}

public static class Pay
{
    static readonly string Url = Setting("PAY_URL", "http://127.0.0.1:3000");
    static readonly string Kept = Setting("PAY_KEPT", "pay.kept");
    static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    // What came of the call is not known yet: it is repeated, after Retry-After if that is said.
    static readonly HashSet<int> Undecided = new HashSet<int> { 1, 42900, 50000, 50300, 50301 };
    // A key is being changed, perhaps: of a code that was shown this tells nothing.
    static readonly HashSet<int> TellsNothing = new HashSet<int> { 40100, 40300, 50201 };
    static readonly HttpClient Client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };

    static string Setting(string name, string otherwise)
    {
        return Environment.GetEnvironmentVariable(name) ?? otherwise;
    }

    /// <summary>Repeats a call, with the very same members, until its outcome is known.</summary>
    static async Task<Envelope> Call(string operation, Members members)
    {
        var bytes = new MemoryStream();
        new DataContractJsonSerializer(typeof(Members)).WriteObject(bytes, members);
        var text = Encoding.UTF8.GetString(bytes.ToArray());
        while (true)
        {
            var wait = AskEvery;
            try
            {
                using (var body = new StringContent(text, Encoding.UTF8, "application/json"))
                using (var reply = await Client.PostAsync(Url + "/api/3Pay/AliPay/" + operation, body))
                {
                    var asked = reply.Headers.RetryAfter == null ? null : reply.Headers.RetryAfter.Delta;
                    if (asked > wait) wait = asked.Value < LongestWait ? asked.Value : LongestWait;
                    var answer = Read(await reply.Content.ReadAsByteArrayAsync());
                    var undecided = Undecided.Contains(answer.errcode)
                        || (operation == "Query" && TellsNothing.Contains(answer.errcode));
                    if (!undecided) return answer;
                }
            }
            catch (Exception e) when (e is HttpRequestException || e is TaskCanceledException
                || e is IOException || e is SerializationException)
            {
                // No answer is like errcode 1: perhaps it was done, so the same call is made again.
            }
            Console.Error.WriteLine("outcome unknown: take no cash yet"); // For the people there.
            await Task.Delay(wait);
        }
    }

    static Envelope Read(byte[] json)
    {
        var reader = new DataContractJsonSerializer(typeof(Envelope));
        var answer = (Envelope)reader.ReadObject(new MemoryStream(json));
        if (answer == null) throw new SerializationException("no envelope");
        return answer;
    }

    static Task<Envelope> Query(string bill, string autoid)
    {
        return Call("Query", new Members { billnum = bill, autoid = autoid });
    }

    static int Refused(Envelope answer)
    {
        Console.Error.WriteLine("refused: " + answer.errcode + " " + answer.errmsg);
        return 2;
    }

    /// <summary>
    /// Asks until it is decided. What is not known never ends this.
    /// </summary>
    static async Task<int> Watch(string bill, string autoid)
    {
        while (true)
        {
            var answer = await Query(bill, autoid);
            if (answer.errcode != 0) return Refused(answer);
            var status = answer.tag == null ? null : answer.tag.paystatus;
            if (status == "SUCCESS")
            {
                Console.WriteLine("paid: SUCCESS");
                return 0;
            }
            if (status != null && status != "NOTPAY" && status != "USERPAYING")
            {
                Console.WriteLine("not paid: " + status);
                return 1;
            }
            await Task.Delay(AskEvery);
        }
    }

    /// <summary>
    /// The receipt that was begun last on a bill, or null. A real till has it in its database.
    /// </summary>
    static string LastAutoid(string bill)
    {
        string last = null;
        if (!File.Exists(Kept)) return null;
        foreach (var line in File.ReadAllLines(Kept))
        {
            var parts = line.Split('\t');
            if (parts.Length == 2 && parts[0] == bill) last = parts[1];
        }
        return last;
    }

    static void Keep(string bill, string autoid)
    {
        using (var file = new FileStream(Kept, FileMode.Append))
        {
            var line = Encoding.UTF8.GetBytes(bill + "\t" + autoid + "\n");
            file.Write(line, 0, line.Length);
            file.Flush(true);
        }
    }

    static async Task<int> Take(string bill, string amount)
    {
        var last = LastAutoid(bill);
        if (last != null)
        {
            // After a break: the last receipt may have been paid unseen. Only then ask for a code.
            var stands = await Query(bill, last);
            if (stands.errcode != 0) return Refused(stands);
            var status = stands.tag == null ? null : stands.tag.paystatus;
            if (status == "SUCCESS" || status == "REFUND") return await Watch(bill, last);
        }
        var members = new Members { billnum = bill, body = "ticket", paymentvalue = amount };
        var code = await Call("ScanCode", members);
        // 40901: paid already; the tag names the receipt to be asked for.
        if (code.tag == null || (code.errcode != 0 && code.errcode != 40901)) return Refused(code);
        Keep(bill, code.tag.autoid); // Before anybody can pay.
        if (code.errcode == 0) Console.WriteLine("show as a QR code: " + code.tag.codeurl);
        return await Watch(bill, code.tag.autoid);
    }

    public static int Main(string[] args)
    {
        var key = Environment.GetEnvironmentVariable("PAY_KEY");
        if (key != null) Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        Client.DefaultRequestHeaders.Add("Accept", "application/json");
        try
        {
            return Take(args[0], args[1]).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e); // A full disk, perhaps. Not 1: it may be paid.
            Console.Error.WriteLine("broken off, outcome unknown: no cash yet");
            return 3;
        }
    }
}
