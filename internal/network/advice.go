package network

import (
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
)

// An AdvisedError is an error together with what its reader can do about it.
type AdvisedError struct {
	Err    error
	Advice string
}

func (e *AdvisedError) Error() string { return e.Err.Error() + "; " + e.Advice }

// Unwrap returns the error.
func (e *AdvisedError) Unwrap() error { return e.Err }

// Advised adds advice to an error of the network where there is some.
func Advised(err error) error {
	var record tls.RecordHeaderError
	switch {
	case IsCertificateError(err):
		return &AdvisedError{err, "WithTLSConfig sets which certificates are trusted"}
	case errors.Is(err, http.ErrSchemeMismatch):
		return &AdvisedError{err, "the server speaks http here: check the endpoint's scheme and port"}
	case errors.As(err, &record) && record.Conn != nil, strings.Contains(err.Error(), "malformed HTTP response"):
		return &AdvisedError{err, "check whether the endpoint's port is one for http or for https"}
	}
	return err
}
