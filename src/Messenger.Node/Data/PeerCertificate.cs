using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Messenger.Node.Data;

/// <summary>
/// The certificate that this node shows to peers (<c>--peer-tls</c>): self-signed and without names, because friends know it by its hash.
/// Made once: with another one every friend's node would refuse this one.
/// </summary>
internal static class PeerCertificate
{
    /// <summary>Name of the file, which holds the private key, too.</summary>
    public const string FileName = "peer-tls.pem";

    private static readonly DateTimeOffset ValidFrom = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset ValidTo = new(2099, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads the certificate of a data folder; makes one when there is none.</summary>
    /// <exception cref="CannotStartException">The file is damaged.</exception>
    public static X509Certificate2 Load(DataFolder folder)
    {
        var file = folder.File(FileName);
        if (!File.Exists(file))
        {
            DataFolder.WriteOwnerOnly(file, System.Text.Encoding.ASCII.GetBytes(Make()));
        }

        try
        {
            var pem = File.ReadAllText(file);
            return Usable(X509Certificate2.CreateFromPem(pem, pem));
        }
        catch (CryptographicException error)
        {
            throw new CannotStartException($"{file} is damaged: {error.Message} Put it back from a copy; with a new certificate friends have to be told its hash");
        }
    }

    /// <summary>The SHA-256 of a certificate as addresses and invite links have it: 43 characters of base64url.</summary>
    public static string HashOf(X509Certificate certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.GetRawCertData()));

    private static string Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=messenger", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var certificate = request.CreateSelfSigned(ValidFrom, ValidTo);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    // Windows serves TLS only with keys that its own store has.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }
}
