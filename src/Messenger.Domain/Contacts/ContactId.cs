namespace Messenger.Domain.Contacts;

/// <summary>A contact's local, opaque id: it stays the same when the contact's addresses change.</summary>
/// <param name="Value">1 to 40 characters of <c>[a-z0-9]</c>.</param>
public readonly record struct ContactId(string Value)
{
    private const int MaxLength = 40;

    /// <summary>Whether a text from outside has the form of an id.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= MaxLength } && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <inheritdoc />
    public override string ToString() => Value;
}
