using System.Text;
using Messenger.Node.Configuration;

namespace Messenger.Node.Commands;

/// <summary>Reads passwords and passphrases: never from the command line, which every user of the machine can see.</summary>
internal static class SecretInput
{
    /// <summary>The shortest passphrase by which something is encrypted, in characters: whoever has the file may try at leisure.</summary>
    public const int MinPassphrase = 12;

    private const int MaxPassphrase = 1_000;

    /// <summary>Asks at the terminal without showing what is typed; reads one line where the standard input is no terminal.</summary>
    public static string Read(string question) => Console.IsInputRedirected ? Console.In.ReadLine() ?? "" : Ask(question);

    /// <summary>The first line of a file, or <see cref="Read"/>.</summary>
    /// <param name="file">Path of the file; null to ask.</param>
    /// <param name="isNew">It is being chosen: it must be long enough, and is asked for twice.</param>
    /// <exception cref="BadOptionException">It is too short or too long, or the two differ.</exception>
    public static string ReadPassphrase(string? file, bool isNew)
    {
        var passphrase = file is not null ? File.ReadLines(file).FirstOrDefault() ?? "" : Read(isNew ? "New passphrase: " : "Passphrase: ");
        if (passphrase.Length > MaxPassphrase || (isNew && passphrase.Length < MinPassphrase))
        {
            throw new BadOptionException($"A passphrase has {MinPassphrase} to {MaxPassphrase} characters");
        }

        if (isNew && file is null && !Console.IsInputRedirected && Ask("The same again: ") != passphrase)
        {
            throw new BadOptionException("The two passphrases differ");
        }

        return passphrase;
    }

    private static string Ask(string question)
    {
        Console.Error.Write(question);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                typed.Append(key.KeyChar);
            }
            else if (typed.Length > 0)
            {
                typed.Length--;
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
