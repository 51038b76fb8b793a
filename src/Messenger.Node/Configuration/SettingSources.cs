using System.Text.Json;

namespace Messenger.Node.Configuration;

/// <summary>The values of a setting and the place where they were given, for error messages.</summary>
internal sealed record SettingValues(IReadOnlyList<string> Values, string Origin);

/// <summary>An option that cannot be used. The message is one line for the user; the process ends with exit code 2.</summary>
internal sealed class BadOptionException(string message) : Exception(message);

/// <summary>The places where settings come from; the first that has a setting wins: command line, environment, configuration file.</summary>
internal sealed class SettingSources
{
    private readonly Func<Setting, IReadOnlyList<string>> _commandLine;
    private readonly Func<string, string?> _environment;
    private readonly Dictionary<string, IReadOnlyList<string>> _file = [];
    private readonly string _fileName;

    /// <param name="commandLine">The values given on the command line; empty when the option is absent.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <exception cref="BadOptionException">The configuration file is missing, is not a JSON object, or has a key that is no option.</exception>
    public SettingSources(Func<Setting, IReadOnlyList<string>> commandLine, Func<string, string?> environment)
    {
        _commandLine = commandLine;
        _environment = environment;
        _fileName = Find(Setting.Config)?.Values[0] ?? "";
        if (_fileName.Length > 0)
        {
            _file = ReadFile(_fileName);
        }
    }

    /// <summary>The values of a setting from the first place that has it; null when none has.</summary>
    public SettingValues? Find(Setting setting)
    {
        if (_commandLine(setting) is { Count: > 0 } given)
        {
            return new(given, setting.Option);
        }

        if (_environment(setting.Variable) is { Length: > 0 } variable)
        {
            return new(setting.Repeatable ? variable.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [variable], setting.Variable);
        }

        return _file.TryGetValue(setting.Name, out var values) ? new(values, $"\"{setting.Name}\" in {_fileName}") : null;
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadFile(string fileName)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(fileName),
                new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new BadOptionException($"{fileName}: a JSON object with options is expected");
            }

            return document.RootElement.EnumerateObject().ToDictionary(property => property.Name, property => ReadValues(fileName, property));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BadOptionException($"{Setting.Config.Option}: cannot read {fileName}: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static IReadOnlyList<string> ReadValues(string fileName, JsonProperty property)
    {
        var setting = Setting.All.FirstOrDefault(setting => setting.Name == property.Name && setting != Setting.Config)
            ?? throw new BadOptionException($"{fileName}: \"{property.Name}\" is not an option");
        return property.Value.ValueKind switch
        {
            JsonValueKind.Array when setting.Repeatable => [.. property.Value.EnumerateArray().Select(item => ReadValue(fileName, property.Name, item))],
            _ => [ReadValue(fileName, property.Name, property.Value)],
        };
    }

    private static string ReadValue(string fileName, string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new BadOptionException($"{fileName}: \"{name}\" must be a string or a number"),
    };
}
