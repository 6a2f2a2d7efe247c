// Asks Java's own PKIX which chains it accepts: one line in, one line out.
// In:  moment (seconds since 1970), trusted (DER in base64, separated by commas), presented (likewise, leaf first); tabs between.
// Out: "trusted", or "refused: " and why.

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

public class Paths {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t", -1);
            System.out.println(judge(Long.parseLong(parts[0]), read(parts[1]), read(parts[2])));
        }
    }

    private static List<X509Certificate> read(String text) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        for (String one : text.isEmpty() ? new String[0] : text.split(",")) {
            byte[] der = Base64.getDecoder().decode(one);
            found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return found;
    }

    private static String judge(long moment, List<X509Certificate> trusted, List<X509Certificate> presented) {
        try {
            Set<TrustAnchor> anchors = new HashSet<>();
            for (X509Certificate one : trusted) {
                anchors.add(new TrustAnchor(one, null));
            }
            X509CertSelector leaf = new X509CertSelector();
            leaf.setCertificate(presented.get(0));
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
            parameters.setRevocationEnabled(false);
            parameters.setDate(new Date(moment * 1000));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(presented)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return "trusted";
        } catch (Exception error) {
            return "refused: " + String.valueOf(error.getMessage()).replace('\n', ' ');
        }
    }
}
