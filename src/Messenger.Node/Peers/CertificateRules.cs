using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Messenger.Domain.Addressing;
using Messenger.Node.Data;

namespace Messenger.Node.Peers;

/// <summary>The other side's certificate is not the one that it must be.</summary>
internal sealed class CertificateRefusedException(string reason) : IOException(reason);

/// <summary>
/// Whom a TLS connection of ours may lead to: the holder of the one certificate that the address names, else whoever a web site of that
/// name would have to be. There is no third way.
/// </summary>
internal static class CertificateRules
{
    /// <summary>How to connect to addresses with this certificate.</summary>
    /// <param name="pinned">As <see cref="Address.CertificateHash"/>; null for trust as in web sites.</param>
    public static SslClientAuthenticationOptions Options(string? pinned) => new()
    {
        RemoteCertificateValidationCallback = (_, certificate, _, errors) => Check(pinned, certificate, errors),

        // What a stranger's certificate names must not be fetched: it would lead around the rules of egress.
        CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
    };

    private static bool Check(string? pinned, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            throw new CertificateRefusedException("it shows no certificate");
        }

        var shown = PeerCertificate.HashOf(certificate);
        if (pinned is not null)
        {
            return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(pinned), Encoding.ASCII.GetBytes(shown))
                ? true
                : throw new CertificateRefusedException($"it shows the certificate {shown} instead of {pinned}; ask your friend which one is right, and nothing is sent until the address names it");
        }

        return errors == SslPolicyErrors.None
            ? true
            : throw new CertificateRefusedException($"nobody vouches for its certificate ({errors}); if it is your friend's own, let the address end in #sha256={shown} once your friend has confirmed that");
    }
}
