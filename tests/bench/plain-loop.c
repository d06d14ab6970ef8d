/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plain-loop MODULE N N_FILES DIRECTORY PASSWORD_FILE: what the same work costs a program that cares for
 * nothing else. N tokens in one store, from DIRECTORY/m1.p12 to m<N_FILES>.p12 and round again: parse,
 * initialise, log in, three objects, read back, two refused reads, sign, verify. No ledger, no second
 * process, no proof, no wiping, one initialisation of the module. It prints CPU milliseconds per token, of
 * each stage and of each tenth, as JSON. It dies of whatever goes wrong.
 */
#include <dlfcn.h>
#include <err.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SO_PIN	  "87654321"
#define USER_PIN  "12345678"
#define PIN_SIZE  8
#define MAX_SIZE  8192
#define N_TENTHS  10
#define MAX_SLOTS 20000

typedef enum Stage {
	STAGE_PARSE,
	STAGE_FORMAT,
	STAGE_IMPORT,
	STAGE_READ_BACK,
	STAGE_REFUSALS,
	STAGE_SIGN,
	STAGE_VERIFY,
	N_STAGES
} Stage;

static const char *const stage_names[N_STAGES] = {
	[STAGE_PARSE] = "parse",
	[STAGE_FORMAT] = "format",
	[STAGE_IMPORT] = "import",
	[STAGE_READ_BACK] = "read_back",
	[STAGE_REFUSALS] = "refusals",
	[STAGE_SIGN] = "sign",
	[STAGE_VERIFY] = "verify",
};

typedef struct Member {
	EVP_PKEY *key;
	X509 *certificate;
	STACK_OF(X509) * chain;
} Member;

typedef struct Loop {
	CK_FUNCTION_LIST *module;
	const char *password;
	double spent[N_STAGES];
	double at;
} Loop;

typedef struct Objects {
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	CK_BYTE id[4];
	CK_BYTE certificate[MAX_SIZE];
	CK_ULONG certificate_size;
} Objects;

static CK_BBOOL yes = CK_TRUE;
static CK_BBOOL no = CK_FALSE;
static CK_UTF8CHAR member_label[6] = { 'm', 'e', 'm', 'b', 'e', 'r' };

static double cpu_ms(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);

	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void end_stage(Loop *loop, Stage stage)
{
	double now = cpu_ms();

	loop->spent[stage] += now - loop->at;
	loop->at = now;
}

static void must(CK_RV rv, const char *what)
{
	if (rv != CKR_OK)
		errx(EXIT_FAILURE, "%s: 0x%lx", what, rv);
}

static Member parse(const Loop *loop, const char *path)
{
	FILE *file = fopen(path, "r");
	PKCS12 *p12 = file != NULL ? d2i_PKCS12_fp(file, NULL) : NULL;
	Member member = { 0 };

	if (p12 == NULL ||
		PKCS12_parse(p12, loop->password, &member.key, &member.certificate, &member.chain) != 1)
		errx(EXIT_FAILURE, "%s", path);
	PKCS12_free(p12);
	(void)fclose(file);

	return member;
}

static void member_clear(Member *member)
{
	EVP_PKEY_free(member->key);
	X509_free(member->certificate);
	sk_X509_pop_free(member->chain, X509_free);
}

/* The blank token that SoftHSM offers last of all, and makes only when it is asked for their number. */
static CK_SLOT_ID blank_slot(const Loop *loop)
{
	static CK_SLOT_ID slots[MAX_SLOTS];
	CK_ULONG n = 0;

	must(loop->module->C_GetSlotList(CK_TRUE, NULL, &n), "C_GetSlotList");
	n = MAX_SLOTS;
	must(loop->module->C_GetSlotList(CK_TRUE, slots, &n), "C_GetSlotList");

	return slots[n - 1];
}

static void format(const Loop *loop, Objects *objects)
{
	CK_FUNCTION_LIST *module = loop->module;
	CK_UTF8CHAR label[32];

	memset(label, ' ', sizeof label);
	memcpy(label, "plain", strlen("plain"));
	objects->slot = blank_slot(loop);
	must(module->C_InitToken(objects->slot, (CK_UTF8CHAR *)SO_PIN, PIN_SIZE, label), "C_InitToken");
	must(module->C_OpenSession(
		     objects->slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &objects->session),
		"C_OpenSession");
	must(module->C_Login(objects->session, CKU_SO, (CK_UTF8CHAR *)SO_PIN, PIN_SIZE), "C_Login");
	must(module->C_InitPIN(objects->session, (CK_UTF8CHAR *)USER_PIN, PIN_SIZE), "C_InitPIN");
	must(module->C_Logout(objects->session), "C_Logout");
	must(module->C_Login(objects->session, CKU_USER, (CK_UTF8CHAR *)USER_PIN, PIN_SIZE), "C_Login");
}

/* One number of the key, most significant octet first. */
static CK_ATTRIBUTE number_of(const EVP_PKEY *key, CK_ATTRIBUTE_TYPE type, const char *name)
{
	BIGNUM *number = NULL;
	CK_ATTRIBUTE attribute = { type, NULL, 0 };

	if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
		errx(EXIT_FAILURE, "%s", name);
	attribute.ulValueLen = (CK_ULONG)BN_num_bytes(number);
	attribute.pValue = malloc(attribute.ulValueLen);
	(void)BN_bn2bin(number, attribute.pValue);
	BN_clear_free(number);

	return attribute;
}

static void create(const Loop *loop, const Objects *objects, CK_ATTRIBUTE *template, size_t n)
{
	CK_OBJECT_HANDLE handle;

	must(loop->module->C_CreateObject(objects->session, template, n, &handle), "C_CreateObject");
}

#define VALUE(type, value)                                                                                   \
	{                                                                                                    \
		type, &(value), sizeof(value)                                                                \
	}
#define N(array) (sizeof(array) / sizeof((array)[0]))

static void import_keys(const Loop *loop, Objects *objects, const Member *member)
{
	CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
	CK_OBJECT_CLASS public_key = CKO_PUBLIC_KEY;
	CK_KEY_TYPE rsa = CKK_RSA;
	CK_ATTRIBUTE modulus = number_of(member->key, CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N);
	CK_ATTRIBUTE exponent = number_of(member->key, CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E);
	CK_ATTRIBUTE private[] = {
		number_of(member->key, CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D),
		number_of(member->key, CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1),
		number_of(member->key, CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2),
		number_of(member->key, CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1),
		number_of(member->key, CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2),
		number_of(member->key, CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1),
		modulus,
		exponent,
		VALUE(CKA_CLASS, private_key),
		VALUE(CKA_KEY_TYPE, rsa),
		VALUE(CKA_ID, objects->id),
		VALUE(CKA_TOKEN, yes),
		VALUE(CKA_PRIVATE, yes),
		VALUE(CKA_SENSITIVE, yes),
		VALUE(CKA_EXTRACTABLE, no),
		VALUE(CKA_SIGN, yes),
		VALUE(CKA_LABEL, member_label),
	};
	CK_ATTRIBUTE public[] = {
		modulus,
		exponent,
		VALUE(CKA_CLASS, public_key),
		VALUE(CKA_KEY_TYPE, rsa),
		VALUE(CKA_ID, objects->id),
		VALUE(CKA_TOKEN, yes),
		VALUE(CKA_PRIVATE, no),
		VALUE(CKA_VERIFY, yes),
		VALUE(CKA_LABEL, member_label),
	};

	create(loop, objects, private, N(private));
	create(loop, objects, public, N(public));
	for (size_t i = 0; i < N(private); i++) {
		if (private[i].type == CKA_CLASS)
			break;
		OPENSSL_cleanse(private[i].pValue, private[i].ulValueLen);
		free(private[i].pValue);
	}
}

/* DER of a name or a number, into the certificate's object. */
static void import_certificate(const Loop *loop, Objects *objects, const Member *member)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_CERTIFICATE_TYPE type = CKC_X_509;
	CK_BYTE subject[1024];
	CK_BYTE issuer[1024];
	CK_BYTE serial[64];
	unsigned char *at = objects->certificate;
	unsigned char *at_subject = subject;
	unsigned char *at_issuer = issuer;
	unsigned char *at_serial = serial;
	CK_ATTRIBUTE template[] = {
		VALUE(CKA_CLASS, class),
		VALUE(CKA_CERTIFICATE_TYPE, type),
		VALUE(CKA_ID, objects->id),
		VALUE(CKA_TOKEN, yes),
		VALUE(CKA_PRIVATE, no),
		VALUE(CKA_LABEL, member_label),
		{ CKA_SUBJECT, subject,
			(CK_ULONG)i2d_X509_NAME(X509_get_subject_name(member->certificate), &at_subject) },
		{ CKA_ISSUER, issuer,
			(CK_ULONG)i2d_X509_NAME(X509_get_issuer_name(member->certificate), &at_issuer) },
		{ CKA_SERIAL_NUMBER, serial,
			(CK_ULONG)i2d_ASN1_INTEGER(X509_get_serialNumber(member->certificate), &at_serial) },
		{ CKA_VALUE, objects->certificate, 0 },
	};

	objects->certificate_size = (CK_ULONG)i2d_X509(member->certificate, &at);
	template[N(template) - 1].ulValueLen = objects->certificate_size;
	create(loop, objects, template, N(template));
}

static CK_OBJECT_HANDLE find(const Loop *loop, Objects *objects, CK_OBJECT_CLASS class)
{
	CK_ATTRIBUTE template[] = { VALUE(CKA_CLASS, class), VALUE(CKA_ID, objects->id) };
	CK_OBJECT_HANDLE handle;
	CK_ULONG n = 0;

	must(loop->module->C_FindObjectsInit(objects->session, template, N(template)), "C_FindObjectsInit");
	must(loop->module->C_FindObjects(objects->session, &handle, 1, &n), "C_FindObjects");
	must(loop->module->C_FindObjectsFinal(objects->session), "C_FindObjectsFinal");
	if (n != 1)
		errx(EXIT_FAILURE, "object not found");

	return handle;
}

static CK_OBJECT_HANDLE read_back(const Loop *loop, Objects *objects)
{
	CK_OBJECT_HANDLE key = find(loop, objects, CKO_PRIVATE_KEY);
	CK_OBJECT_HANDLE certificate = find(loop, objects, CKO_CERTIFICATE);
	CK_BBOOL is_sensitive = CK_FALSE;
	CK_BBOOL is_extractable = CK_TRUE;
	CK_BYTE modulus[1024];
	CK_BYTE value[MAX_SIZE];
	CK_ATTRIBUTE of_key[] = { VALUE(CKA_SENSITIVE, is_sensitive), VALUE(CKA_EXTRACTABLE, is_extractable),
		VALUE(CKA_MODULUS, modulus) };
	CK_ATTRIBUTE of_certificate = VALUE(CKA_VALUE, value);

	(void)find(loop, objects, CKO_PUBLIC_KEY);
	must(loop->module->C_GetAttributeValue(objects->session, key, of_key, N(of_key)),
		"C_GetAttributeValue");
	must(loop->module->C_GetAttributeValue(objects->session, certificate, &of_certificate, 1),
		"C_GetAttributeValue");
	if (!is_sensitive || is_extractable || of_certificate.ulValueLen != objects->certificate_size ||
		memcmp(value, objects->certificate, objects->certificate_size) != 0)
		errx(EXIT_FAILURE, "read back something else");

	return key;
}

static void must_be_refused(
	const Loop *loop, const Objects *objects, CK_OBJECT_HANDLE key, CK_ATTRIBUTE_TYPE type)
{
	CK_BYTE value[1024];
	CK_ATTRIBUTE attribute = { type, value, sizeof value };

	if (loop->module->C_GetAttributeValue(objects->session, key, &attribute, 1) == CKR_OK)
		errx(EXIT_FAILURE, "a secret was read");
}

static CK_ULONG sign(const Loop *loop, const Objects *objects, CK_OBJECT_HANDLE key, CK_BYTE *signature)
{
	CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_ULONG size = MAX_SIZE;

	must(loop->module->C_SignInit(objects->session, &mechanism, key), "C_SignInit");
	must(loop->module->C_Sign(
		     objects->session, (CK_BYTE *)"challenge", strlen("challenge"), signature, &size),
		"C_Sign");

	return size;
}

static void verify(const Member *member, const CK_BYTE *signature, CK_ULONG size)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key = X509_get0_pubkey(member->certificate);

	if (EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
		EVP_DigestVerify(context, signature, size, (const unsigned char *)"challenge",
			strlen("challenge")) != 1)
		errx(EXIT_FAILURE, "the signature is wrong");
	EVP_MD_CTX_free(context);
}

static void provision(Loop *loop, const char *path, unsigned long number)
{
	static CK_BYTE signature[MAX_SIZE];
	Objects objects = { 0 };
	Member member;
	CK_OBJECT_HANDLE key;
	CK_ULONG size = 0;

	memcpy(objects.id, &number, sizeof objects.id);
	member = parse(loop, path);
	end_stage(loop, STAGE_PARSE);
	format(loop, &objects);
	end_stage(loop, STAGE_FORMAT);
	import_keys(loop, &objects, &member);
	import_certificate(loop, &objects, &member);
	end_stage(loop, STAGE_IMPORT);
	key = read_back(loop, &objects);
	end_stage(loop, STAGE_READ_BACK);
	must_be_refused(loop, &objects, key, CKA_PRIVATE_EXPONENT);
	must_be_refused(loop, &objects, key, CKA_PRIME_1);
	end_stage(loop, STAGE_REFUSALS);
	size = sign(loop, &objects, key, signature);
	end_stage(loop, STAGE_SIGN);
	verify(&member, signature, size);
	must(loop->module->C_CloseSession(objects.session), "C_CloseSession");
	member_clear(&member);
	end_stage(loop, STAGE_VERIFY);
}

static CK_FUNCTION_LIST *load(const char *path)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get = NULL;
	CK_FUNCTION_LIST *module = NULL;

	if (library == NULL)
		errx(EXIT_FAILURE, "%s", dlerror());
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	must(get(&module), "C_GetFunctionList");
	must(module->C_Initialize(NULL), "C_Initialize");

	return module;
}

int main(int argc, char **argv)
{
	Loop loop = { 0 };
	double tenths[N_TENTHS] = { 0 };
	char password[64] = "";
	FILE *file = NULL;
	unsigned long n = 0;
	unsigned long n_files = 0;

	if (argc != 6)
		errx(EXIT_FAILURE, "usage: plain-loop MODULE N N_FILES DIRECTORY PASSWORD_FILE");
	n = strtoul(argv[2], NULL, 10);
	n_files = strtoul(argv[3], NULL, 10);
	file = fopen(argv[5], "r");
	if (file == NULL || fgets(password, sizeof password, file) == NULL)
		err(EXIT_FAILURE, "%s", argv[5]);
	(void)fclose(file);
	password[strcspn(password, "\n")] = '\0';
	loop.password = password;
	loop.module = load(argv[1]);
	loop.at = cpu_ms();
	for (unsigned long i = 0; i < n; i++) {
		double begun = cpu_ms();
		char path[4096];

		(void)snprintf(path, sizeof path, "%s/m%lu.p12", argv[4], i % n_files + 1);
		provision(&loop, path, i);
		tenths[i * N_TENTHS / n] += cpu_ms() - begun;
	}
	must(loop.module->C_Finalize(NULL), "C_Finalize");
	printf("{\"stages\": {");
	for (int i = 0; i < N_STAGES; i++)
		printf("%s\"%s\": %.3f", i > 0 ? ", " : "", stage_names[i], loop.spent[i] / (double)n);
	printf("}, \"tenths\": [");
	for (int i = 0; i < N_TENTHS; i++)
		printf("%s%.1f", i > 0 ? ", " : "", tenths[i]);
	printf("]}\n");

	return EXIT_SUCCESS;
}
