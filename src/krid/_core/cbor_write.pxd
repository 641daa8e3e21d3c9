# Types for the compiled form of cbor_write.py; plain Python does not read this file.
cimport cython

@cython.locals(first=cython.int, code=cython.int, size=cython.int)
cpdef bytes head(int kind, unsigned long long argument)

@cython.locals(writer=Writer)
cpdef bytes encode(object value)

@cython.final
cdef class Writer:
    cdef list pieces

    cdef bytes written(self)
    cdef object item(self, object value, int depth)
    cdef object other(self, object value, int depth)

    @cython.locals(content=bytes)
    cdef object text(self, str value)

    cdef object octets(self, bytes value)
    cdef object integer(self, object number)
    cdef object big_number(self, object number)

    cdef object tagged(self, object tag, object value, int depth)
    cdef object array(self, list members, int depth)
    cdef object map(self, dict members, int depth)
