package zstack

import (
	"os"

	"github.com/zstack-go/zstack-go/internal/environ"
)

// NewClientFromEnv returns a client for the management node that the environment names. An
// empty variable is one that is not set.
//
//	ZSTACK_ENDPOINT       as the endpoint of NewClient
//	ZSTACK_HOST           in place of that: a host, or an address
//	ZSTACK_PORT           its port; 8080 without it
//	ZSTACK_CONTEXT_PATH   as WithContextPath; "/" for an empty one
//	ZSTACK_CA_FILE        a file of certificate authorities in PEM, trusted beside the system's
//	ZSTACK_INSECURE       true: any certificate is trusted, which is for trying things out only
//	ZSTACK_TIME_ZONE      as WithLocation: a name such as Asia/Shanghai, UTC or Local
//	ZSTACK_PRODUCT        as WithProduct: cloud, zsphere or zsvirt
//	ZSTACK_READ_ONLY      true: as WithReadOnly
//
// The credentials are the first of these of which a variable is set:
//
//	ZSTACK_SESSION_ID
//	ZSTACK_ACCESS_KEY_ID  with ZSTACK_ACCESS_KEY_SECRET
//	ZSTACK_ACCOUNT        with ZSTACK_PASSWORD
//	ZSTACK_ACCOUNT_NAME   with ZSTACK_ACCOUNT_PASSWORD
//
// ZSTACK_HOST, ZSTACK_PORT, ZSTACK_ACCOUNT_NAME and ZSTACK_ACCOUNT_PASSWORD are what ZStack's
// own tools read. True and false are written as [strconv.ParseBool] reads them.
//
// Options override what the environment says, except that none makes a client write that is to
// read only. Without any credentials the client has those that the options give, or none.
//
// What is missing or wrong is a [*ValidationError] with the variable's name as its Field: no
// endpoint and no host, one variable of a pair without the other, a port without a host, a file
// that cannot be read or has no certificate, a zone or a product that there is not.
func NewClientFromEnv(options ...Option) (*Client, error) {
	env, problem := environ.Read()
	if problem != nil {
		return nil, unsetOrWrong(problem)
	}
	settings := []Option{WithCredentials(credentialsFromEnv()), func(c *config) error {
		c.tls, c.tlsFromEnv, c.location, c.readOnly = env.TLS, true, env.Location, env.ReadOnly
		return nil
	}}
	for _, v := range []struct {
		name   string
		option Option
	}{{"ZSTACK_CONTEXT_PATH", WithContextPath(env.ContextPath)}, {"ZSTACK_PRODUCT", WithProduct(Product(env.Product))}} {
		if os.Getenv(v.name) == "" {
			continue
		}
		if err := v.option(new(config)); err != nil {
			return nil, &ValidationError{Field: v.name, Constraint: ConstraintType, Reason: "is wrong: " + err.Error()}
		}
		settings = append(settings, v.option)
	}
	return NewClient(env.Endpoint, append(settings, options...)...)
}

func unsetOrWrong(e *environ.Error) error {
	return &ValidationError{Field: e.Variable, Constraint: e.Constraint, Reason: e.Reason}
}

// credentialsFromEnv are those that the environment has; half a pair becomes an error when
// nothing overrides it.
func credentialsFromEnv() Credentials {
	if session := os.Getenv("ZSTACK_SESSION_ID"); session != "" {
		return Session(session)
	}
	for _, pair := range []struct {
		environ.Pair
		credentials func(name, secret string) Credentials
	}{
		{environ.Pair{Name: "ZSTACK_ACCESS_KEY_ID", Secret: "ZSTACK_ACCESS_KEY_SECRET"}, AccessKey},
		{environ.Pair{Name: "ZSTACK_ACCOUNT", Secret: "ZSTACK_PASSWORD"}, Account},
		{environ.Pair{Name: "ZSTACK_ACCOUNT_NAME", Secret: "ZSTACK_ACCOUNT_PASSWORD"}, Account},
	} {
		name, secret, problem, any := pair.Read()
		if !any {
			continue
		}
		credentials := pair.credentials(name, secret)
		if problem != nil {
			credentials.err = unsetOrWrong(problem)
		}
		return credentials
	}
	return Credentials{}
}
