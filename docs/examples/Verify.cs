using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>
/// Takes one callback: Verify.exe ID TIMESTAMP SIGNATURE &lt; BODY.
///
/// Exit 0: genuine, act on it. 1: refuse it (401). 3: known, answer 2xx and do nothing.
/// CALLBACK_SECRET is whsec_...; ids that were taken are kept in the file CALLBACK_SEEN
/// (callbacks.seen), where your system has a table with a unique key.
/// .NET Framework 4.6.1, Mono, .NET 6 and later; no packages.
/// </summary>
public static class Verify
{
    const long ToleranceS = 5 * 60;

    /// <summary>Does a signature hold over the bytes as they came, and is it of our time?</summary>
    static bool IsGenuine(string secret, string id, string timestamp, string signatures, byte[] body)
    {
        long at;
        if (!long.TryParse(timestamp, out at)) return false;
        if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - at) > ToleranceS) return false;
        var key = Convert.FromBase64String(secret.Substring("whsec_".Length));
        var signed = Encoding.UTF8.GetBytes(id + "." + timestamp + ".").Concat(body).ToArray();
        using (var mac = new HMACSHA256(key))
        {
            var expected = "v1," + Convert.ToBase64String(mac.ComputeHash(signed));
            // Two while a secret changes.
            return signatures.Split(' ').Count(one => IsSame(one, expected)) > 0;
        }
    }

    /// <summary>Takes the same time wherever they differ.</summary>
    static bool IsSame(string one, string other)
    {
        if (one.Length != other.Length) return false;
        var difference = 0;
        for (var i = 0; i < one.Length; i++) difference |= one[i] ^ other[i];
        return difference == 0;
    }

    /// <summary>Notes the id. In your system: an insert under a unique key, in the unit that books it.</summary>
    static bool SeenBefore(string id)
    {
        var seen = Environment.GetEnvironmentVariable("CALLBACK_SEEN") ?? "callbacks.seen";
        if (File.Exists(seen) && File.ReadAllLines(seen).Contains(id)) return true;
        File.AppendAllText(seen, id + "\n");
        return false;
    }

    /// <summary>A member of the flat `data`; your JSON library does this better.</summary>
    static string Member(string body, string name)
    {
        return Regex.Match(body, "\"" + name + "\":\"?([^\",}]*)").Groups[1].Value;
    }

    static byte[] ReadBody()
    {
        using (var input = Console.OpenStandardInput())
        using (var all = new MemoryStream())
        {
            input.CopyTo(all);
            return all.ToArray();
        }
    }

    public static int Main(string[] words)
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        var body = ReadBody();
        var secret = Environment.GetEnvironmentVariable("CALLBACK_SECRET");
        if (!IsGenuine(secret, words[0], words[1], words[2], body))
        {
            Console.WriteLine("refused");
            return 1;
        }
        if (SeenBefore(words[0]))
        {
            Console.WriteLine("known");
            return 3;
        }
        var text = Encoding.UTF8.GetString(body);
        // The state decides, never the type.
        var members = new[] { "billnum", "autoid", "paystatus", "seq" };
        Console.WriteLine("taken " + string.Join(" ", members.Select(name => Member(text, name))));
        return 0;
    }
}
