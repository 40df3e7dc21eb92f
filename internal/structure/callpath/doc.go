// Package callpath makes the one call whose way through package zstack is measured.
package callpath
