using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Messenger.Domain.Addressing;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// What one person hands another to become friends: <c>p2pm:?a=…&amp;c=…&amp;i=…</c>, <c>a</c> once for each address. Whoever has it can
/// redeem it, so it travels by a channel that both trust, and the friendship begins verified.
/// </summary>
public sealed record InviteLink
{
    /// <summary>The longest link, in characters.</summary>
    public const int MaxLength = 2048;

    /// <summary>The most addresses that a link names.</summary>
    public const int MaxAddresses = 8;

    private const string Scheme = "p2pm:?";
    private const int MinCodeLength = 16;
    private const int MaxCodeLength = 64;

    /// <summary>Makes an invite.</summary>
    /// <param name="addresses">Where the inviting node answers, preferred first, with the certificates that it shows there: 1 to 8.</param>
    /// <param name="code">The one-time code: 16 to 64 characters of base64url, secret and random.</param>
    /// <param name="identity">The inviting node's identity.</param>
    /// <exception cref="ArgumentException">There is no address, there are too many, or the code is none; the message says why.</exception>
    public InviteLink(ImmutableArray<Address> addresses, string code, Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (Fault(addresses.Length, code) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        Addresses = addresses;
        Code = code;
        Identity = identity;
    }

    /// <summary>Where the inviting node answers, preferred first; never empty.</summary>
    public ImmutableArray<Address> Addresses { get; }

    /// <summary>The one-time code.</summary>
    public string Code { get; }

    /// <summary>The inviting node's identity.</summary>
    public Identity Identity { get; }

    /// <summary>Whether a text wants to be an invite link.</summary>
    /// <param name="text">Anything at all.</param>
    public static bool IsMeant(string? text) => text is not null && text.AsSpan().TrimStart().StartsWith("p2pm:", StringComparison.OrdinalIgnoreCase);

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

        var addresses = ImmutableArray.CreateBuilder<Address>();
        var values = new Dictionary<char, string>();
        foreach (var part in trimmed[Scheme.Length..].Split('&'))
        {
            if (part.IndexOf('=', StringComparison.Ordinal) != 1 || part[0] is not ('a' or 'c' or 'i'))
            {
                error = "The invite link has a part that is not known here: it was damaged, or made by a newer version.";
                return false;
            }

            if (part[0] == 'a')
            {
                if (!Address.TryParse(Uri.UnescapeDataString(part[2..]), out var address, out error))
                {
                    error = $"An address in the invite link is none: {error} Ask for a new link.";
                    return false;
                }

                addresses.Add(address);
            }
            else if (!values.TryAdd(part[0], part[2..]))
            {
                error = "The invite link has a part twice: ask for a new one.";
                return false;
            }
        }

        if (addresses.Count == 0 || !values.TryGetValue('c', out var code) || !values.TryGetValue('i', out var i))
        {
            error = "The invite link is not complete: copy it as a whole.";
            return false;
        }

        if (!Identity.TryParse(i, out var identity))
        {
            error = "The identity in the invite link is none: the link was damaged, ask for a new one.";
            return false;
        }

        error = Fault(addresses.Count, code);
        link = error is null ? new InviteLink(addresses.ToImmutable(), code, identity) : null;
        return link is not null;
    }

    /// <summary>The link.</summary>
    public override string ToString() =>
        $"{Scheme}{string.Concat(Addresses.Select(address => $"a={Uri.EscapeDataString(address.Full)}&"))}c={Code}&i={Identity.Text}";

    /// <inheritdoc/>
    public bool Equals(InviteLink? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => Code.GetHashCode(StringComparison.Ordinal);

    private static string? Fault(int addresses, string code) =>
        addresses is < 1 or > MaxAddresses ? $"An invite link names 1 to {MaxAddresses} addresses: ask for a new one."
        : code is null || code.Length is < MinCodeLength or > MaxCodeLength || !StrictBase64.IsUrlText(code)
            ? $"The code of an invite is {MinCodeLength} to {MaxCodeLength} letters, digits, - and _: the link was damaged, ask for a new one."
        : null;
}
