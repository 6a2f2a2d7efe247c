// Java's own TLS servers, one for each line of standard input, until that ends; prints the port of each on a line.
//
// A line: protocol, part of the cipher suites' names, client certificate (no, asked, required), the one server name that
// is known or "-", algorithm of the key, key in PKCS #8, certificates; DER in Base64, separated by blanks.

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

class Jsse {
    public static void main(String[] arguments) throws Exception {
        for (String property : List.of("jdk.tls.disabledAlgorithms", "jdk.tls.legacyAlgorithms", "jdk.certpath.disabledAlgorithms")) {
            Security.setProperty(property, "");
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            SSLServerSocket server = server(line.split(" "));
            Thread thread = new Thread(() -> serve(server));
            thread.setDaemon(true);
            thread.start();
            System.out.println(server.getLocalPort());
        }
    }

    static SSLServerSocket server(String[] words) throws Exception {
        Base64.Decoder base64 = Base64.getDecoder();
        Certificate[] chain = new Certificate[words.length - 6];
        for (int i = 0; i < chain.length; i++) {
            chain[i] = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(base64.decode(words[6 + i])));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = {};
        store.setKeyEntry(
            "leaf",
            KeyFactory.getInstance(words[4]).generatePrivate(new PKCS8EncodedKeySpec(base64.decode(words[5]))),
            password, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        SSLParameters parameters = server.getSSLParameters();
        parameters.setProtocols(new String[] {words[0]});
        parameters.setCipherSuites(Arrays.stream(server.getSupportedCipherSuites())
            .filter(suite -> suite.contains(words[1]) && !suite.contains("anon")).toArray(String[]::new));
        if (words[2].equals("asked")) {
            parameters.setWantClientAuth(true);
        } else if (words[2].equals("required")) {
            parameters.setNeedClientAuth(true);
        }
        if (!words[3].equals("-")) {
            parameters.setSNIMatchers(List.of(SNIHostName.createSNIMatcher(words[3])));
        }
        server.setSSLParameters(parameters);
        return server;
    }

    static void serve(SSLServerSocket server) {
        while (true) {
            try (SSLSocket client = (SSLSocket) server.accept()) {
                client.startHandshake();
            } catch (IOException left) {
                // What scanners do.
            }
        }
    }
}
