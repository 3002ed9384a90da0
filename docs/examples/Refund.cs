// Gives money back, in XML: Refund.exe BILLNUM AUTOID BATCHNO AMOUNT, of a bill of type 1 paid by
// 97. Exit 0: it went back. 1: finally refused, nothing went back. 2: refused. 3: broken off.
// .NET Framework 4.6.1 with its own csc (Mono: mcs), as below, or a console project of .NET 6 or
// later:  csc -r:System.Net.Http.dll -r:System.Runtime.Serialization.dll Refund.cs
// The address is in PAY_URL, the key in PAY_KEY. Keep BATCHNO before the first call: the same
// number is the same refund, however often it is sent.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.Serialization;
using System.Threading.Tasks;
using System.Xml;

public static class Space
{
    const string Types = "http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer";
    public const string Envelope = Types;
    public const string Parm = Types + ".Tour.V5.Parm.Pay";
    public const string Result = Types + ".Tour.V5.Result.Pay";
}

[DataContract(Namespace = Space.Parm)]
public class AliPayRefundQueryParm
{
    [DataMember] public string autoid;
    [DataMember] public string batchno;
    [DataMember] public string billnum;
    [DataMember] public string billtype = "1";
    [DataMember] public string paytype = "97";
}

[DataContract(Namespace = Space.Parm)]
public class AliPayRefundParm
{
    [DataMember] public string autoid;
    [DataMember] public string batchno;
    [DataMember] public string billnum;
    [DataMember] public string billtype = "1";
    [DataMember] public string paytype = "97";
    [DataMember] public decimal refundvalue;
}

[DataContract(Namespace = Space.Result)]
public class RefundResult
{
    [DataMember] public string refundstatus;
    [DataMember] public decimal? refundvalue;
}

[DataContract(Name = "CommonOperationResultWithTagOf{0}{#}", Namespace = Space.Envelope)]
public class Envelope<T>
{
    [DataMember(IsRequired = true)] public int errcode;
    [DataMember] public string errmsg;
    [DataMember] public T tag;
}

public static class Refund
{
    static readonly string Url =
        Environment.GetEnvironmentVariable("PAY_URL") ?? "http://127.0.0.1:3000";
    static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    // What came of the call is not known yet: no cash. It is repeated, after Retry-After if said.
    static readonly HashSet<int> Undecided = new HashSet<int> { 1, 42900, 50000, 50300, 50301 };
    // The key is being changed, perhaps: of a refund that may have arrived this tells nothing.
    static readonly HashSet<int> NotLetIn = new HashSet<int> { 40100, 40300 };
    static readonly HttpClient Client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
    static TimeSpan wait;

    /// <summary>One call; null when no envelope of it came.</summary>
    static async Task<Envelope<RefundResult>> Send(string operation, object members)
    {
        wait = AskEvery;
        var bytes = new MemoryStream();
        new DataContractSerializer(members.GetType()).WriteObject(bytes, members);
        try
        {
            using (var body = new ByteArrayContent(bytes.ToArray()))
            {
                body.Headers.ContentType = new MediaTypeHeaderValue("application/xml");
                using (var reply = await Client.PostAsync(Url + "/api/3Pay/AliPay/" + operation, body))
                {
                    var asked = reply.Headers.RetryAfter == null ? null : reply.Headers.RetryAfter.Delta;
                    if (asked > wait) wait = asked.Value < LongestWait ? asked.Value : LongestWait;
                    var xml = new MemoryStream(await reply.Content.ReadAsByteArrayAsync());
                    var reader = new DataContractSerializer(typeof(Envelope<RefundResult>));
                    return (Envelope<RefundResult>)reader.ReadObject(xml);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException || e is TaskCanceledException
            || e is IOException || e is SerializationException || e is XmlException)
        {
            return null; // Like errcode 1: perhaps it was done.
        }
    }

    static async Task<int> Give(string bill, string autoid, string batch, decimal amount)
    {
        var refund = new AliPayRefundParm
            { billnum = bill, autoid = autoid, batchno = batch, refundvalue = amount };
        var query = new AliPayRefundQueryParm { billnum = bill, autoid = autoid, batchno = batch };
        bool saved = false, arrived = false;
        while (true)
        {
            var answer = saved ? await Send("RefundQuery", query) : await Send("Refund", refund);
            var errcode = answer == null ? 1 : answer.errcode;
            var status = errcode == 0 && answer.tag != null ? answer.tag.refundstatus : null;
            if (status == "2")
            {
                var value = answer.tag.refundvalue.Value;
                Console.WriteLine("returned: " + value.ToString(CultureInfo.InvariantCulture));
                return 0;
            }
            if (status == "9")
            {
                Console.WriteLine("not returned: " + answer.errmsg); // Another try: new batchno.
                return 1;
            }
            var goesOn = Undecided.Contains(errcode) || (arrived && NotLetIn.Contains(errcode));
            if (errcode != 0 && !goesOn)
            {
                Console.Error.WriteLine("refused: " + errcode + " " + answer.errmsg);
                return 2;
            }
            arrived = true; // Perhaps.
            Console.Error.WriteLine("outcome unknown: give no cash yet");
            // With a tag it is saved: it is asked after. Without one the same call is made again.
            if (errcode == 1 && answer != null && answer.tag != null) saved = true;
            await Task.Delay(wait);
        }
    }

    public static int Main(string[] args)
    {
        var key = Environment.GetEnvironmentVariable("PAY_KEY");
        if (key != null) Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        Client.DefaultRequestHeaders.Add("Accept", "application/xml");
        try
        {
            var amount = decimal.Parse(args[3], CultureInfo.InvariantCulture);
            return Give(args[0], args[1], args[2], amount).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e); // Not 1: it may have gone back.
            Console.Error.WriteLine("broken off, outcome unknown: no cash yet");
            return 3;
        }
    }
}
