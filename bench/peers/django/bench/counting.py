"""Tells with each answer how many statements it took."""

from django.db import connection


def counting(get_response):
    def middleware(request):
        count = 0

        def one_more(execute, sql, params, many, context):
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(one_more):
            response = get_response(request)
        response["X-Statements"] = str(count)
        return response

    return middleware
