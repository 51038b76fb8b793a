using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Messenger.Domain.Addressing;

/// <summary>
/// Where a node answers peers: an IPv4 or IPv6 address or a DNS name, with a port and a scheme. Two addresses are equal when
/// their <see cref="Canonical"/> forms are (design page "protocol", Address).
/// </summary>
public sealed record Address
{
    /// <summary>The port of an address that names none.</summary>
    public const int DefaultPort = 7450;

    // "https://" + the longest name + ":65535/" + the hash of a certificate, with room for an IPv6 address in its longest spelling.
    private const int MaxLength = 360;

    private Address(string typed, string scheme, string host, int port, IPAddress? ip, string? certificate)
    {
        Typed = typed;
        CertificateHash = certificate;
        Scheme = scheme;
        Host = host;
        Port = port;
        Ip = ip;
        Canonical = CanonicalForm();
    }

    /// <summary>
    /// The one spelling of this address: lower case, IPv6 as in RFC 5952, mapped IPv4 as IPv4, <c>http://</c> and the default port
    /// left out, brackets only where a port or a scheme stands. Stored and compared; parses to an equal address.
    /// </summary>
    public string Canonical { get; }

    /// <summary>
    /// The SHA-256 of the one certificate (DER) that the node may show, as 43 characters of base64url; null when it is trusted as web
    /// sites are. Only with <c>https</c>. No part of <see cref="Canonical"/>: an address is the same whoever knows its certificate.
    /// </summary>
    public string? CertificateHash { get; }

    /// <summary><see cref="Canonical"/> and, where there is one, the certificate: <c>https://host#sha256=…</c>. Parses to the same.</summary>
    public string Full => CertificateHash is null ? Canonical : Canonical + AddressSyntax.CertificateMark + CertificateHash;

    /// <summary>What was typed, without surrounding white space; for display only.</summary>
    public string Typed { get; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary>The canonical host: an IP address (IPv6 without brackets) or a lower-case DNS name of at most 253 characters.</summary>
    public string Host { get; }

    /// <summary>1–65535.</summary>
    public int Port { get; }

    /// <summary>The IP address when the host is one, else null. Never an IPv4-mapped IPv6 address.</summary>
    public IPAddress? Ip { get; }

    /// <summary>True when the host is a name that has to be resolved.</summary>
    public bool IsDns => Ip is null;

    /// <summary>Reads an address.</summary>
    /// <param name="text">Anything at all.</param>
    /// <param name="address">The address, or null when the text is none.</param>
    /// <param name="error">A sentence saying what is wrong with the text, or null when it is an address.</param>
    /// <returns>True when the text is an address.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Address? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        var typed = text?.Trim() ?? "";
        if ((error = AddressSyntax.SplitCertificate(typed, MaxLength, out var plain, out var certificate)) is not null
            || (error = AddressSyntax.Split(plain, MaxLength, out var scheme, out var authority)) is not null
            || (error = AddressSyntax.SplitPort(authority, out var hostText, out var bracketed, out var port)) is not null
            || (error = AddressSyntax.ReadHost(hostText, bracketed, out var host, out var ip)) is not null)
        {
            return false;
        }

        if (certificate is not null && scheme != Uri.UriSchemeHttps)
        {
            error = "Only an address that begins with https:// can name a certificate.";
            return false;
        }

        address = new Address(typed, scheme, host, port ?? DefaultPort, ip, certificate);
        return true;
    }

    /// <summary>Reads an address that is known to be one, such as a stored <see cref="Canonical"/>.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="FormatException">The text is no address; the message says why.</exception>
    public static Address Parse(string text) =>
        TryParse(text, out var address, out var error) ? address : throw new FormatException(error);

    /// <summary>The address of a caller of whom only the source IP is known: that IP at the default port.</summary>
    /// <param name="ip">The source address of a connection; mapped IPv4 is unmapped and a zone id dropped.</param>
    public static Address FromSource(IPAddress ip)
    {
        ArgumentNullException.ThrowIfNull(ip);
        var plain = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : new IPAddress(ip.GetAddressBytes());
        return new Address(plain.ToString(), Uri.UriSchemeHttp, plain.ToString(), DefaultPort, plain, certificate: null);
    }

    /// <summary>This address with the certificate that its node shows.</summary>
    /// <param name="hash">43 characters of base64url.</param>
    /// <exception cref="FormatException">The hash is none, or the address is not <c>https</c>.</exception>
    public Address WithCertificate(string hash) => Parse(Canonical + AddressSyntax.CertificateMark + hash);

    /// <summary>The URL to which requests for this node are posted.</summary>
    public Uri ToUri() => new($"{Scheme}://{BracketedHost}:{Port.ToString(CultureInfo.InvariantCulture)}/");

    /// <inheritdoc/>
    public bool Equals(Address? other) => other is not null && Canonical == other.Canonical;

    /// <inheritdoc/>
    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical form.</summary>
    public override string ToString() => Canonical;

    private string BracketedHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    private string CanonicalForm()
    {
        var scheme = Scheme == Uri.UriSchemeHttp ? "" : $"{Scheme}://";
        var port = Port == DefaultPort ? "" : $":{Port.ToString(CultureInfo.InvariantCulture)}";
        return scheme.Length + port.Length == 0 ? Host : scheme + BracketedHost + port;
    }
}
