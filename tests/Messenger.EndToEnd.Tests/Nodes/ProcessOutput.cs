using System.Diagnostics;
using System.Text;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>Everything that a process writes, readable while it runs.</summary>
internal sealed class ProcessOutput
{
    private const int TailLength = 8_000;

    private readonly Lock gate = new();
    private readonly StringBuilder standard = new();
    private readonly StringBuilder error = new();

    public ProcessOutput(Process process)
    {
        process.OutputDataReceived += (_, line) => Append(standard, line.Data);
        process.ErrorDataReceived += (_, line) => Append(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Standard => Text(standard);

    public string Error => Text(error);

    /// <summary>The last lines of both, for the message of a failed assertion.</summary>
    public string Tail => $"--- stdout{Environment.NewLine}{Last(Standard)}--- stderr{Environment.NewLine}{Last(Error)}";

    private static string Last(string text) => text.Length <= TailLength ? text : text[^TailLength..];

    private void Append(StringBuilder text, string? line)
    {
        lock (gate)
        {
            if (line is not null)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private string Text(StringBuilder text)
    {
        lock (gate)
        {
            return text.ToString();
        }
    }
}
