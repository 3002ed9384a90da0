// Charges the code on a guest's phone: Charge.exe BILLNUM AMOUNT CODE, of a bill of type 1 by 97.
// Exit 0: paid. 1: not paid. 2: refused. 3: broken off, nothing is known.
// .NET Framework 4.6.1 with its own csc (Mono: mcs), as below, or a console project of .NET 6 or
// later:  csc -r:System.Net.Http.dll -r:System.Runtime.Serialization.dll Charge.cs
// The address is in PAY_URL, the key (where keys are asked for) in PAY_KEY, the last receipt of
// each bill in the file PAY_KEPT (pay.kept). A guest who does not type the password within
// PAY_PATIENCE_S (60) is given up: Cancel.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
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
    [DataMember] public string paystatus;
}

[DataContract]
public class Envelope
{
    [DataMember(IsRequired = true)] public int errcode;
    [DataMember] public string errmsg;
    [DataMember] public Tag tag;
}

/// <summary>The members of BarCode, Query and Cancel; what is not set is not sent.</summary>
[DataContract]
public class Members
{
    [DataMember] public string billnum;
    [DataMember] public string billtype = "1";
    [DataMember] public string paytype = "97";
    [DataMember(EmitDefaultValue = false)] public string body;
    // The amount as text: no float can change it. A decimal is as good.
    [DataMember(EmitDefaultValue = false)] public string paymentvalue;
    [DataMember(EmitDefaultValue = false)] public string barcode;
    [DataMember(EmitDefaultValue = false)] public string autoid;
}

public static class Charge
{
    static readonly string Url = Setting("PAY_URL", "http://127.0.0.1:3000");
    static readonly string Kept = Setting("PAY_KEPT", "pay.kept");
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(
        double.Parse(Setting("PAY_PATIENCE_S", "60"), CultureInfo.InvariantCulture));
    static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    // What came of the call is not known yet: it is repeated, after Retry-After if that is said.
    static readonly HashSet<int> Undecided = new HashSet<int> { 1, 42900, 50000, 50300, 50301 };
    // The key is being changed, perhaps: of a charge that may have arrived this tells nothing.
    static readonly HashSet<int> NotLetIn = new HashSet<int> { 40100, 40300 };
    // Of a receipt that is asked after, neither does Alipay's refusal of the service's own keys.
    const int KeysRefused = 50201;
    static readonly HashSet<string> Unpaid = new HashSet<string> { "PAYERROR", "CLOSED", "REVOKED" };
    static readonly HttpClient Client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
    static TimeSpan wait;

    static string Setting(string name, string otherwise)
    {
        return Environment.GetEnvironmentVariable(name) ?? otherwise;
    }

    /// <summary>One call; null when no envelope of it came.</summary>
    static async Task<Envelope> Send(string operation, Members members)
    {
        wait = AskEvery;
        var bytes = new MemoryStream();
        new DataContractJsonSerializer(typeof(Members)).WriteObject(bytes, members);
        var text = Encoding.UTF8.GetString(bytes.ToArray());
        try
        {
            using (var body = new StringContent(text, Encoding.UTF8, "application/json"))
            using (var reply = await Client.PostAsync(Url + "/api/3Pay/AliPay/" + operation, body))
            {
                var asked = reply.Headers.RetryAfter == null ? null : reply.Headers.RetryAfter.Delta;
                if (asked > wait) wait = asked.Value < LongestWait ? asked.Value : LongestWait;
                var json = new MemoryStream(await reply.Content.ReadAsByteArrayAsync());
                return (Envelope)new DataContractJsonSerializer(typeof(Envelope)).ReadObject(json);
            }
        }
        catch (Exception e) when (e is HttpRequestException || e is TaskCanceledException
            || e is IOException || e is SerializationException)
        {
            return null; // Like errcode 1: perhaps it was done.
        }
    }

    /// <summary>How the receipt stands; null when the answer does not tell.</summary>
    static string Status(Envelope answer)
    {
        var tells = answer != null && answer.errcode == 0 && answer.tag != null;
        return tells ? answer.tag.paystatus : null;
    }

    /// <summary>
    /// Asks until it is decided. A guest who is too slow is given up; unknown ends nothing.
    /// </summary>
    static async Task<int> Watch(string bill, string autoid)
    {
        var operation = "Query";
        var patient = Stopwatch.StartNew();
        while (true)
        {
            var answer = await Send(operation, new Members { billnum = bill, autoid = autoid });
            var errcode = answer == null ? 1 : answer.errcode;
            var status = Status(answer);
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
            var undecided = errcode == 0 || Undecided.Contains(errcode);
            if (operation == "Cancel" && !undecided)
            {
                operation = "Query"; // It is not undone: it may be paid.
                patient.Restart();
            }
            else if (!undecided && !NotLetIn.Contains(errcode) && errcode != KeysRefused)
            {
                return Refused(answer);
            }
            if (status == null) Unknown();
            // Only what is known to wait for its guest. Once begun, Cancel is repeated until decided.
            if (status != null && patient.Elapsed > Patience) operation = "Cancel";
            await Task.Delay(wait);
        }
    }

    static async Task<int> Take(string bill, string amount, string code)
    {
        var last = LastAutoid(bill);
        if (last != null)
        {
            // After a break: the last receipt may have been paid unseen. Only then charge.
            var stands = Status(await Send("Query", new Members { billnum = bill, autoid = last }));
            if (!Unpaid.Contains(stands)) return await Watch(bill, last);
        }
        var members = new Members
            { billnum = bill, body = "ticket", paymentvalue = amount, barcode = code };
        var arrived = false;
        while (true)
        {
            var answer = await Send("BarCode", members);
            var errcode = answer == null ? 1 : answer.errcode;
            var autoid = answer == null || answer.tag == null ? null : answer.tag.autoid;
            // 0: it says how it stands. 1: not known yet. 40901: paid already. All name the receipt.
            if (autoid != null && (errcode == 0 || errcode == 1 || errcode == 40901))
            {
                if (errcode == 1) Unknown();
                Keep(bill, autoid);
                return await Watch(bill, autoid);
            }
            var goesOn = Undecided.Contains(errcode) || (arrived && NotLetIn.Contains(errcode));
            if (!goesOn) return Refused(answer);
            arrived = true; // Perhaps. So the very same call is made again, and charges once.
            Unknown();
            await Task.Delay(wait);
        }
    }

    /// <summary>For the people at the till: what they must not do.</summary>
    static void Unknown()
    {
        Console.Error.WriteLine("outcome unknown: take no cash yet");
    }

    static int Refused(Envelope answer)
    {
        Console.Error.WriteLine("refused: " + answer.errcode + " " + answer.errmsg);
        return 2;
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

    public static int Main(string[] args)
    {
        var key = Environment.GetEnvironmentVariable("PAY_KEY");
        if (key != null) Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        Client.DefaultRequestHeaders.Add("Accept", "application/json");
        try
        {
            return Take(args[0], args[1], args[2]).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e); // A full disk, perhaps. Not 1: it may be paid.
            Console.Error.WriteLine("broken off, outcome unknown: no cash yet");
            return 3;
        }
    }
}
