using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Messenger.Domain.Addressing;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// What one person hands another to become friends: <c>p2pm:?a=…&amp;c=…&amp;i=…</c>, for an <c>https://</c> address also <c>&amp;h=…</c>.
/// Whoever has it can redeem it, so it travels by a channel that both trust, and the friendship begins verified.
/// </summary>
public sealed record InviteLink
{
    /// <summary>The longest link, in characters.</summary>
    public const int MaxLength = 1024;

    private const string Scheme = "p2pm:?";
    private const int MinCodeLength = 16;
    private const int MaxCodeLength = 64;

    /// <summary>Makes an invite.</summary>
    /// <param name="address">Where the inviting node answers.</param>
    /// <param name="code">The one-time code: 16 to 64 characters of base64url, secret and random.</param>
    /// <param name="identity">The inviting node's identity.</param>
    /// <param name="certificateHash">The SHA-256 of its certificate, DER, as 43 characters of base64url; only with an <c>https://</c> address.</param>
    /// <exception cref="ArgumentException">The code or the hash is none; the message says why.</exception>
    public InviteLink(Address address, string code, Identity identity, string? certificateHash = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(identity);
        if (Fault(address, code, certificateHash) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        Address = address;
        Code = code;
        Identity = identity;
        CertificateHash = certificateHash;
    }

    /// <summary>Where the inviting node answers.</summary>
    public Address Address { get; }

    /// <summary>The one-time code.</summary>
    public string Code { get; }

    /// <summary>The inviting node's identity.</summary>
    public Identity Identity { get; }

    /// <summary>The SHA-256 of the inviting node's certificate, or null.</summary>
    public string? CertificateHash { get; }

    /// <summary>Reads a link.</summary>
    /// <param name="text">Anything at all; white space around it is dropped.</param>
    /// <param name="link">The link, or null when the text is none.</param>
    /// <param name="error">A sentence saying what is wrong and what to do; holds nothing of the code.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out InviteLink? link, [NotNullWhen(false)] out string? error)
    {
        link = null;
        var trimmed = (text ?? "").Trim();
        if (trimmed.Length > MaxLength)
        {
            error = $"An invite link has at most {MaxLength} characters.";
            return false;
        }

        if (!trimmed.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            error = "An invite link begins with p2pm:? - copy it as a whole.";
            return false;
        }

        var values = new Dictionary<string, string>();
        foreach (var part in trimmed[Scheme.Length..].Split('&'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals != 1 || part[0] is not ('a' or 'c' or 'i' or 'h'))
            {
                error = "The invite link has a part that is not known here: it was damaged, or made by a newer version.";
                return false;
            }

            if (!values.TryAdd(part[..1], part[2..]))
            {
                error = "The invite link has a part twice: ask for a new one.";
                return false;
            }
        }

        if (!values.TryGetValue("a", out var a) || !values.TryGetValue("c", out var code) || !values.TryGetValue("i", out var i))
        {
            error = "The invite link is not complete: copy it as a whole.";
            return false;
        }

        if (!Address.TryParse(Uri.UnescapeDataString(a), out var address, out error))
        {
            return false;
        }

        if (!Identity.TryParse(i, out var identity))
        {
            error = "The identity in the invite link is none: the link was damaged, ask for a new one.";
            return false;
        }

        var hash = values.GetValueOrDefault("h");
        error = Fault(address, code, hash);
        link = error is null ? new InviteLink(address, code, identity, hash) : null;
        return link is not null;
    }

    /// <summary>The link.</summary>
    public override string ToString() =>
        $"{Scheme}a={Uri.EscapeDataString(Address.Canonical)}&c={Code}&i={Identity.Text}" + (CertificateHash is null ? "" : $"&h={CertificateHash}");

    private static string? Fault(Address address, string code, string? certificateHash) =>
        code is null || code.Length is < MinCodeLength or > MaxCodeLength || !StrictBase64.IsUrlText(code)
            ? $"The code of an invite is {MinCodeLength} to {MaxCodeLength} letters, digits, - and _: the link was damaged, ask for a new one."
        : certificateHash is null ? null
        : address.Scheme != Uri.UriSchemeHttps ? "An invite names a certificate only for an https:// address."
        : !StrictBase64.TryDecodeUrl(certificateHash, stackalloc byte[SHA256.HashSizeInBytes])
            ? "The certificate in the invite link is none: the link was damaged, ask for a new one."
        : null;
}
