namespace Messenger.EndToEnd.Tests.Hostile;

/// <summary>What may be wrong with one field of an object.</summary>
internal enum Flaw
{
    Missing,
    Null,
    Empty,
    Number,
    Bool,
    Array,
    Object,
    Text,
    Oversized,
    Deep,
    Duplicate,
    Nul,
    RawNul,
    LoneSurrogate,
    NotUtf8,
}

/// <summary>Fields in order, each with its value as raw JSON in which a character stands for a byte.</summary>
internal sealed record FlawedObject(IReadOnlyList<(string Name, string Json)> Fields)
{
    /// <summary>The same with one field as <paramref name="flaw"/> has it.</summary>
    /// <param name="name">Which field.</param>
    /// <param name="flaw">What is wrong with it.</param>
    /// <param name="oversized">How many characters are too many for it.</param>
    public FlawedObject With(string name, Flaw flaw, int oversized) => flaw switch
    {
        Flaw.Missing => new([.. Fields.Where(field => field.Name != name)]),
        Flaw.Duplicate => new([.. Fields, Fields.Single(field => field.Name == name)]),
        _ => With(name, Value(flaw, oversized)),
    };

    /// <summary>The same with another value, added when it is new.</summary>
    public FlawedObject With(string name, string json) => Fields.Any(field => field.Name == name)
        ? new([.. Fields.Select(field => field.Name == name ? (name, json) : field)])
        : new([.. Fields, (name, json)]);

    public string ToJson() => $"{{{string.Join(',', Fields.Select(field => $"\"{field.Name}\":{field.Json}"))}}}";

    /// <summary>The value of a flawed field as raw JSON.</summary>
    public static string Value(Flaw flaw, int oversized) => flaw switch
    {
        Flaw.Null => "null",
        Flaw.Empty => "\"\"",
        Flaw.Number => "12",
        Flaw.Bool => "true",
        Flaw.Array => "[]",
        Flaw.Object => "{}",
        Flaw.Text => "\"some text\"",
        Flaw.Oversized => $"\"{new string('x', oversized)}\"",
        Flaw.Deep => new string('[', 17) + new string(']', 17),
        Flaw.Nul => "\"a\\u0000b\"",
        Flaw.RawNul => "\"a\0b\"",
        Flaw.LoneSurrogate => "\"a\\ud800b\"",
        Flaw.NotUtf8 => "\"a\u00ED\u00A0\u0080b\"",
        _ => throw new ArgumentOutOfRangeException(nameof(flaw), flaw, "It changes more than the value."),
    };
}
