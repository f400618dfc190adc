/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates made for a test: of an authority, of a relay. */
#ifndef MUSTER_TESTS_CARRIER_CERTIFICATES_H
#define MUSTER_TESTS_CARRIER_CERTIFICATES_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct certificate {
    EVP_PKEY *key;
    X509 *x509;
};

/* Issued by `issuer` (NULL: by itself) for these names ("DNS:...", "IP:..."; NULL: an authority's),
 * and good until so many seconds from now, which may be over. */
static inline struct certificate certificate_make(const struct certificate *issuer,
                                                  const char *names, long until)
{
    struct certificate made = {.key = EVP_EC_gen("P-256"), .x509 = X509_new()};
    static long serial;
    X509_NAME *name = X509_get_subject_name(made.x509);
    char title[32];
    (void)X509_set_version(made.x509, X509_VERSION_3);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(made.x509), ++serial);
    (void)snprintf(title, sizeof title, "%s %ld", names == NULL ? "authority" : "relay", serial);
    (void)X509_gmtime_adj(X509_getm_notBefore(made.x509), -7200);
    (void)X509_gmtime_adj(X509_getm_notAfter(made.x509), until);
    (void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)title, -1, -1,
                                     0);
    (void)X509_set_issuer_name(made.x509,
                               X509_get_subject_name(issuer == NULL ? made.x509 : issuer->x509));
    (void)X509_set_pubkey(made.x509, made.key);
    X509_EXTENSION *extension =
        names == NULL ? X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE")
                      : X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    (void)X509_add_ext(made.x509, extension, -1);
    X509_EXTENSION_free(extension);
    (void)X509_sign(made.x509, issuer == NULL ? made.key : issuer->key, EVP_sha256());
    return made;
}

/* Into one PEM file: the certificate, and its key if wanted. */
static inline void certificate_write(const struct certificate *certificate, const char *path,
                                     bool with_key)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        abort();
    }
    if (with_key) {
        (void)PEM_write_PrivateKey(file, certificate->key, NULL, NULL, 0, NULL, NULL);
    }
    (void)PEM_write_X509(file, certificate->x509);
    (void)fclose(file);
}

static inline void certificate_free(struct certificate *certificate)
{
    X509_free(certificate->x509);
    EVP_PKEY_free(certificate->key);
}

/* A self-signed certificate with its key in one PEM file. */
static inline void make_certificate(const char *path, const char *names)
{
    struct certificate made = certificate_make(NULL, names, 3600);
    certificate_write(&made, path, true);
    certificate_free(&made);
}

#endif
