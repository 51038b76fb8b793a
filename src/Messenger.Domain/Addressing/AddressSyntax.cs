using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Messenger.Domain.Addressing;

/// <summary>
/// The grammar of <see cref="Address"/>, by hand: <see cref="IPAddress"/> drops the port of <c>[fc00::1]:8000</c> and takes
/// <c>127.1</c>, <c>0x7f.1</c> and zone ids for addresses. Every step answers null, or what is wrong.
/// </summary>
internal static class AddressSyntax
{
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

    /// <summary>What stands before the hash of a certificate.</summary>
    public const string CertificateMark = "#sha256=";

    private const int HashCharacters = 43;

    /// <summary>Takes the hash of a certificate off.</summary>
    public static string? SplitCertificate(string typed, int maxLength, out string plain, out string? certificate)
    {
        var mark = typed.Length <= maxLength ? typed.IndexOf(CertificateMark, StringComparison.Ordinal) : -1;
        certificate = mark < 0 ? null : typed[(mark + CertificateMark.Length)..];
        plain = mark < 0 ? typed : typed[..mark];

        // One spelling for one hash: the bits that 43 characters have beyond 32 bytes are zero.
        return certificate is null || (certificate.Length == HashCharacters && Base64Url.IsValid(certificate) && "AEIMQUYcgkosw048".Contains(certificate[^1], StringComparison.Ordinal))
            ? null
            : $"After {CertificateMark} an address has the {HashCharacters} characters that the other node shows.";
    }

    /// <summary>Takes the scheme and one trailing slash off.</summary>
    public static string? Split(string typed, int maxLength, out string scheme, out string authority)
    {
        scheme = Uri.UriSchemeHttp;
        authority = "";
        if (typed.Length == 0)
        {
            return "The address is empty. Write an IP address or a host name, with :port if it is not the default one.";
        }

        if (typed.Length > maxLength)
        {
            return $"The address is longer than {maxLength} characters.";
        }

        var rest = typed;
        var schemeEnd = typed.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd >= 0)
        {
            scheme = typed[..schemeEnd].ToLowerInvariant();
            if (scheme != Uri.UriSchemeHttp && scheme != Uri.UriSchemeHttps)
            {
                return "An address may begin with http:// or https:// only.";
            }

            rest = typed[(schemeEnd + 3)..];
        }

        if (rest.EndsWith('/'))
        {
            rest = rest[..^1];
        }

        if (rest.AsSpan().IndexOfAny("/?#\\") >= 0)
        {
            return "An address has no path, query or fragment: write only the host and the port.";
        }

        if (rest.Contains('@', StringComparison.Ordinal))
        {
            return "An address has no user name or password: write only the host and the port.";
        }

        authority = rest;
        return null;
    }

    /// <summary>Takes the port off. Two or more colons outside brackets are a bare IPv6 address, which cannot carry a port.</summary>
    public static string? SplitPort(string authority, out string host, out bool bracketed, out int? port)
    {
        port = null;
        bracketed = authority.StartsWith('[');
        host = authority;
        string portText;
        if (bracketed)
        {
            var close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
            {
                return "The address opens a bracket and does not close it.";
            }

            host = authority[1..close];
            portText = authority[(close + 1)..];
            if (portText.Length == 0)
            {
                return null;
            }

            if (portText[0] != ':')
            {
                return "Only :port may follow the closing bracket of an address.";
            }

            portText = portText[1..];
        }
        else
        {
            var colon = authority.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || authority.LastIndexOf(':') != colon)
            {
                return null;
            }

            host = authority[..colon];
            portText = authority[(colon + 1)..];
        }

        if (TryDecimal(portText, IPEndPoint.MaxPort) is not (> 0 and var number))
        {
            return "The port of an address is a number from 1 to 65535.";
        }

        port = number;
        return null;
    }

    /// <summary>Reads the host: strict IPv4, strict IPv6 or a DNS name.</summary>
    public static string? ReadHost(string text, bool bracketed, out string host, out IPAddress? ip)
    {
        host = text;
        ip = null;
        string? error;
        if (bracketed || text.Contains(':', StringComparison.Ordinal))
        {
            error = ReadIPv6(text, out ip);
        }
        else if (EndsInNumber(text))
        {
            error = ReadIPv4(text, out ip);
        }
        else
        {
            host = text.ToLowerInvariant();
            return CheckName(text);
        }

        host = ip?.ToString() ?? text;
        return error;
    }

    private static string? ReadIPv6(string text, out IPAddress? ip)
    {
        ip = null;
        if (text.Contains('%', StringComparison.Ordinal))
        {
            return "An IPv6 address with a zone id (%…) means something on one machine only and cannot be a node's address.";
        }

        // An embedded IPv4 tail is held to the same rule as a whole IPv4 address.
        var tail = text[(text.LastIndexOf(':') + 1)..];
        var valid = !text.AsSpan().ContainsAnyExcept(Ipv6Characters)
            && (!text.Contains('.', StringComparison.Ordinal) || ReadIPv4(tail, out _) is null)
            && IPAddress.TryParse(text, out ip)
            && ip.AddressFamily == AddressFamily.InterNetworkV6;
        if (!valid)
        {
            ip = null;
            return "This is not an IPv6 address. Write it like fc00::1, or [fc00::1]:8000 with a port.";
        }

        ip = ip!.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        return null;
    }

    private static string? ReadIPv4(string text, out IPAddress? ip)
    {
        ip = null;
        var parts = text.Split('.');
        var octets = new byte[4];
        if (parts.Length != octets.Length)
        {
            return NotIPv4;
        }

        for (var i = 0; i < octets.Length; i++)
        {
            if (TryDecimal(parts[i], byte.MaxValue) is not { } octet)
            {
                return NotIPv4;
            }

            octets[i] = (byte)octet;
        }

        ip = new IPAddress(octets);
        return null;
    }

    private const string NotIPv4 = "This is not an IPv4 address. Write four decimal numbers from 0 to 255, like 192.0.2.1.";

    // The rule of URLs (WHATWG, "ends in a number"): such a host would be read by some resolvers as an IPv4 address.
    private static bool EndsInNumber(string host)
    {
        var last = host.AsSpan(host.LastIndexOf('.') + 1);
        return last.Length > 0
            && (!last.ContainsAnyExceptInRange('0', '9') || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
    }

    private static string? CheckName(string name)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return $"A host name has 1 to {MaxNameLength} characters.";
        }

        foreach (var label in name.Split('.'))
        {
            if (label.Length is 0 or > MaxLabelLength
                || label.AsSpan().ContainsAnyExcept(LabelCharacters)
                || label[0] == '-'
                || label[^1] == '-')
            {
                return "A host name is made of parts of 1 to 63 Latin letters, digits, - and _, joined by dots, "
                    + "none of which begins or ends with -. Write other alphabets in their xn-- form.";
            }
        }

        return null;
    }

    // Plain decimal without sign or leading zero, which some systems read as octal. Parsing alone would let trailing NULs pass.
    private static int? TryDecimal(string text, int max) =>
        text.Length is > 0 and <= 5
        && (text == "0" || text[0] != '0')
        && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= max
            ? number
            : null;
}
