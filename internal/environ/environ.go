// Package environ reads what the environment says of a management node and of how to talk to
// it. Variables that are empty are not set.
package environ

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/params"
)

// Settings are what the environment says. What it does not say is zero.
type Settings struct {
	Endpoint    string
	ContextPath string
	Product     string
	Location    *time.Location
	TLS         *tls.Config
	ReadOnly    bool
}

// An Error says which variable is missing or wrong.
type Error struct{ Variable, Constraint, Reason string }

// Error returns the variable and what is wrong with it.
func (e *Error) Error() string { return e.Variable + " " + e.Reason }

// Read reads the settings.
func Read() (*Settings, *Error) {
	s := &Settings{ContextPath: os.Getenv("ZSTACK_CONTEXT_PATH"), Product: strings.ToLower(os.Getenv("ZSTACK_PRODUCT"))}
	var problem *Error
	if s.Endpoint, problem = endpoint(); problem != nil {
		return nil, problem
	}
	for _, variable := range []struct {
		name string
		read func(value string) error
	}{
		{"ZSTACK_TIME_ZONE", s.readZone}, {"ZSTACK_CA_FILE", s.readAuthorities}, {"ZSTACK_INSECURE", s.readInsecure}, {"ZSTACK_READ_ONLY", s.readReadOnly},
	} {
		value := os.Getenv(variable.name)
		if value == "" {
			continue
		}
		switch err := variable.read(value); {
		case errors.Is(err, errConflict):
			return nil, &Error{variable.name, params.Conflict, "is true, and ZSTACK_CA_FILE is set"}
		case err != nil:
			return nil, &Error{variable.name, params.Type, "is wrong: " + err.Error()}
		}
	}
	return s, nil
}

func endpoint() (string, *Error) {
	if endpoint := os.Getenv("ZSTACK_ENDPOINT"); endpoint != "" {
		return endpoint, nil
	}
	host, port := os.Getenv("ZSTACK_HOST"), os.Getenv("ZSTACK_PORT")
	switch {
	case host == "" && port == "":
		return "", &Error{"ZSTACK_ENDPOINT", params.Required, "is not set, nor is ZSTACK_HOST"}
	case host == "":
		return "", &Error{"ZSTACK_HOST", params.Required, "is not set, and ZSTACK_PORT is"}
	case strings.Contains(host, "/"):
		return "", &Error{"ZSTACK_HOST", params.Type, "is not a host; ZSTACK_ENDPOINT takes a URL"}
	case port == "":
		return host, nil
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", &Error{"ZSTACK_PORT", params.Type, "is not a port"}
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port), nil
}

func (s *Settings) readZone(name string) (err error) {
	s.Location, err = time.LoadLocation(name)
	return err
}

func (s *Settings) readAuthorities(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // The file's are trusted all the same.
	}
	if !pool.AppendCertsFromPEM(data) {
		return errors.New("the file has no certificate in PEM")
	}
	s.TLS = &tls.Config{RootCAs: pool}
	return nil
}

// errConflict says that a variable excludes another that is set.
var errConflict = errors.New("conflict")

func (s *Settings) readInsecure(value string) error {
	insecure, err := parseBool(value)
	switch {
	case err != nil || !insecure:
		return err
	case s.TLS != nil:
		return errConflict
	}
	s.TLS = &tls.Config{InsecureSkipVerify: true}
	return nil
}

func (s *Settings) readReadOnly(value string) (err error) {
	s.ReadOnly, err = parseBool(value)
	return err
}

func parseBool(value string) (bool, error) {
	b, err := strconv.ParseBool(value)
	if err != nil {
		return false, errors.New("it is neither true nor false")
	}
	return b, nil
}

// A Pair is a name and a secret, each in a variable of its own.
type Pair struct{ Name, Secret string }

// Read returns the values of the variables, and the error of one that is not set although the
// other is. The last result reports whether any is.
func (p Pair) Read() (name, secret string, problem *Error, any bool) {
	name, secret = os.Getenv(p.Name), os.Getenv(p.Secret)
	switch {
	case name == "" && secret == "":
		return "", "", nil, false
	case secret == "":
		problem = &Error{p.Secret, params.Required, "is not set, and " + p.Name + " is"}
	case name == "":
		problem = &Error{p.Name, params.Required, "is not set, and " + p.Secret + " is"}
	}
	return name, secret, problem, true
}
