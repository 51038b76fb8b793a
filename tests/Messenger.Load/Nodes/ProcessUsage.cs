using System.Globalization;

namespace Messenger.Load.Nodes;

/// <summary>What a process has used, from /proc.</summary>
/// <param name="Cpu">Processor time of all its threads, user and system; counted in steps of 10 ms.</param>
/// <param name="AnonymousMb">Anonymous resident memory, in MiB: heaps and stacks.</param>
/// <param name="ResidentMb">Resident memory, in MiB: mapped program files, too.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, double AnonymousMb, double ResidentMb)
{
    private const double TicksPerSecond = 100;

    /// <summary>What the process has used until now.</summary>
    public static ProcessUsage Of(int process)
    {
        // The second field is the program's name in parentheses and may hold spaces; user and system time are fields 14 and 15.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var status = File.ReadAllLines($"/proc/{process}/status");
        return new(TimeSpan.FromSeconds(ticks / TicksPerSecond), Megabytes("RssAnon:"), Megabytes("VmRSS:"));

        double Megabytes(string name) => double.Parse(
            status.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
